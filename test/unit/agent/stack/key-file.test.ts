import { chmod, mkdir, symlink } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { observeKeyFile } from '../../../../src/agent/stack/key-file.ts';
import { fakeMachine } from '../facts/fake-machine.ts';

const uuid = 'cb31e4eb-73e2-4333-ba27-bd64f15805ab';
const path = `/etc/gandi/keys/${uuid}`;

async function keyWith(change: (file: string, folder: string) => Promise<unknown>) {
  const system = await fakeMachine({ [path]: 'secret' });
  const folder = `${system.root}/etc/gandi/keys`;
  for (const each of ['', '/etc', '/etc/gandi', '/etc/gandi/keys']) await chmod(`${system.root}${each}`, 0o755);
  await chmod(`${system.root}${path}`, 0o600);
  await change(`${system.root}${path}`, folder);
  return observeKeyFile(system, uuid);
}

test.for([
  ['as it should be', async () => undefined, undefined],
  ['for root to read only', (file: string) => chmod(file, 0o400), undefined],
  ['readable by its group', (file: string) => chmod(file, 0o640), path],
  ['executable', (file: string) => chmod(file, 0o700), path],
  ['in a folder that others can write', (_: string, folder: string) => chmod(folder, 0o777), '/etc/gandi/keys'],
] as const)('a key %s', async ([, change, unsafePart], { skip }) => {
  if (process.getuid?.() !== 0) return skip('only root can make files of root');
  expect(await keyWith(change)).toEqual({ path, isThere: true, unsafePart });
});

test('a link and a folder are no keys', async () => {
  const system = await fakeMachine({ '/etc/gandi/other': 'secret' });
  await mkdir(`${system.root}/etc/gandi/keys`);
  await symlink('../other', `${system.root}${path}`);
  expect(await observeKeyFile(system, uuid)).toMatchObject({ isThere: true, unsafePart: path });
});

test.each(['../../shadow', '', 'CB31E4EB-73E2-4333-BA27-BD64F15805AB', `${uuid}/x`])(
  'what is written on a disk in the place of a UUID is no part of a path: %j',
  async (text) => {
    const system = await fakeMachine({ '/etc/shadow': 'secret', '/etc/gandi/keys/x': 'secret' });
    expect(await observeKeyFile(system, text)).toMatchObject({ isThere: false });
  },
);

const credential = `/run/credentials/gandi-hotplug.service/gandi.luks.${uuid}`;

async function withCredential(files: Readonly<Record<string, string>>, mode = 0o400) {
  const system = await fakeMachine(files);
  for (const each of ['', '/run', '/run/credentials', '/run/credentials/gandi-hotplug.service', '/etc', '/etc/gandi'])
    await chmod(`${system.root}${each}`, 0o755).catch(() => undefined);
  for (const each of Object.keys(files)) await chmod(`${system.root}${each}`, mode);
  return { ...system, credentialsFolder: '/run/credentials/gandi-hotplug.service' };
}

test('a credential of systemd takes the place of the file', async ({ skip }) => {
  if (process.getuid?.() !== 0) return skip('only root can make files of root');
  const system = await withCredential({ [credential]: 'secret', [path]: 'other' });
  expect(await observeKeyFile(system, uuid)).toEqual({ path: credential, isThere: true, unsafePart: undefined });
  expect(await observeKeyFile({ ...system, credentialsFolder: undefined }, uuid)).toMatchObject({ path });
});

test('a credential that others can read is no key, and does not fall back to the file', async () => {
  const system = await withCredential({ [credential]: 'secret', [path]: 'other' }, 0o644);
  expect(await observeKeyFile(system, uuid)).toMatchObject({ path: credential, unsafePart: credential });
});

test('without a credential of this container the file is the key, and is what a person is told of', async () => {
  const system = await withCredential({ '/run/credentials/gandi-hotplug.service/gandi.luks.x': 'secret' });
  expect(await observeKeyFile(system, uuid)).toEqual({ path, isThere: false, unsafePart: undefined });
});
