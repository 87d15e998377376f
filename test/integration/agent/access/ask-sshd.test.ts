import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { askSshd, readAsText } from '../../../../src/agent/access/sshd-answer.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { machineTree } from '../../../unit/core/system/machine-tree.ts';
import { sshdMain as main, sshdShapes } from '../config/sshd-shapes.ts';
import { type UnpackedSshd, unpackedSshd } from '../config/unpacked-sshd.ts';

let sshd: UnpackedSshd | undefined;
beforeAll(async () => {
  if (process.getuid?.() === 0) sshd = await unpackedSshd();
});
beforeEach(({ skip }) => {
  if (process.getuid?.() !== 0) skip('sshd is given a user of its own, in a mount namespace, by root');
  if (sshd === undefined) skip('apt cannot fetch openssh-server here');
});

const keys = 'AuthorizedKeysFile';

/** Configurations about who gets in, in the words that admins use. */
const shapes: readonly (readonly [string, string])[] = [
  ...sshdShapes.map(([name, files]) => [name, files[main] ?? ''] as const),
  ['keys elsewhere', `${keys} /etc/ssh/keys/%u .ssh/authorized_keys\n`],
  ['the first of two', `${keys} /a\n${keys} /b\n`],
  ['no file and a program', `${keys} none\nAuthorizedKeysCommand /bin/true %u\nAuthorizedKeysCommandUser nobody\n`],
  ['quotes, an equals sign, a comment', `${keys}="/etc/keys/%u" # not here\n`],
  ['a block of root', `${keys} /a\nMatch User root\n${keys} /b\n`],
  ['a block of others', `${keys} /a\nMatch User bob,carol\n${keys} /b\n`],
  ['a block that leaves root out', `${keys} /a\nMatch User *,!root\n${keys} /b\n`],
  ['a block of a group', `Match Group root\nPubkeyAuthentication no\nPasswordAuthentication no\n`],
  ['a block of another group', `Match Group nogroup\nPubkeyAuthentication no\n`],
  ['a block of all behind one of root', `Match User root\n${keys} /a\nMatch all\n${keys} /b\n`],
  ['two criteria', `Match User root Group nogroup\n${keys} /a\n`],
  ['a block of an address', `Match Address 10.0.0.0/8\nPermitRootLogin yes\n`],
  ['a block of the server', `Match LocalAddress 10.0.0.1 LocalPort 2222\nPermitRootLogin yes\n`],
  ['lists on several lines', 'AllowUsers root bob\nAllowUsers carol@10.0.0.0/8\nDenyGroups games\n'],
  ['methods', 'AuthenticationMethods publickey,password publickey\nPort 22\nPort 2222\n'],
];

/** This machine, with that sshd and these files of it. */
async function machine(text: string): Promise<System> {
  const { system, root } = await machineTree({
    [main]: text,
    '/usr/sbin/sshd': '',
    '/etc/ssh/ssh_host_rsa_key': 'key',
  });
  const run: System['processes']['run'] = (tool, args, options) => {
    const command = tool === '/usr/sbin/sshd' ? sshd?.commandFor(['-f', join(root, main), ...args]) : undefined;
    return system.processes.run(command?.tool ?? tool, command?.args ?? args, options);
  };
  return { ...system, root: '/', processes: { ...system.processes, run } };
}

const root = { name: 'root', groups: ['root'] };

test.each(shapes.filter(([, text]) => !/^Include/m.test(text)))(
  '%s: what is read as text is what sshd says',
  async (_, text) => {
    const system = await machine(text);
    const answer = await askSshd(system, root);
    expect(answer.kind).toBe('settings');
    expect(await readAsText(system, root)).toEqual(answer);
  },
);

test('an sshd that does not start with its configuration says why', async () => {
  const answer = await askSshd(await machine('UsePAM maybe\n'), root);
  expect(answer).toMatchObject({ kind: 'refused', because: expect.stringContaining('maybe') });
});

test('before the first host key sshd answers all the same, and no key stays', async () => {
  const system = await machine('UsePAM yes\n');
  await system.files.remove('/etc/ssh/ssh_host_rsa_key');
  expect((await askSshd(system, root)).kind).toBe('settings');
  expect(await system.files.list('/run/gandi/sshd')).toEqual([]);
});
