import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { bootstrap } from '../../../../src/agent/bootstrap/bootstrap.ts';
import { machineTree } from '../../../unit/core/system/machine-tree.ts';
import { requirePrograms } from '../action/loop-disk.ts';

beforeEach((context) => requirePrograms(context, { 'ssh-keygen': 'openssh-client' }));

const image = { '/usr/sbin/sshd': '', '/etc/hostname': 'web1\n', '/etc/ssh/sshd_config': '' };
const types = ['ecdsa', 'ed25519', 'rsa'];

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const publicHalf = (path: string) => execFileSync('ssh-keygen', ['-y', '-f', path], { encoding: 'utf8' }).trim();

test('an image without host keys gets one of each type, and nothing beside them', async () => {
  const { system, root } = await machineTree(image);
  const outcomes = await bootstrap(system);
  expect(outcomes).toMatchObject([{ step: 'ssh host keys', failure: null }]);
  const files = types.flatMap((type) => [`ssh_host_${type}_key`, `ssh_host_${type}_key.pub`]);
  expect(readdirSync(join(root, 'etc/ssh')).sort()).toEqual([...files, 'sshd_config']);
  for (const type of types) {
    const path = join(root, `etc/ssh/ssh_host_${type}_key`);
    expect([modeOf(path), modeOf(`${path}.pub`)]).toEqual(['600', '644']);
    expect(readFileSync(`${path}.pub`, 'utf8').trim()).toBe(`${publicHalf(path)}`);
    expect(readFileSync(`${path}.pub`, 'utf8')).toMatch(/ root@web1\n$/);
  }
});

test('L19: an empty key is replaced, with the mode that sshd asks for, and the others are kept', async () => {
  const { system, root } = await machineTree(image);
  await bootstrap(system);
  const path = (type: string) => join(root, `etc/ssh/ssh_host_${type}_key`);
  const kept = readFileSync(path('rsa'), 'utf8');
  writeFileSync(path('ed25519'), '');
  chmodSync(path('ed25519'), 0o644);
  await bootstrap(system);
  expect(publicHalf(path('ed25519'))).toMatch(/^ssh-ed25519 /);
  expect(modeOf(path('ed25519'))).toBe('600');
  expect(readFileSync(path('rsa'), 'utf8')).toBe(kept);
});

test('two copies of a template have keys and a machine id of their own', async () => {
  const template = { ...image, '/etc/gandi/template': '', '/etc/machine-id': `${'0'.repeat(32)}\n` };
  const copies = await Promise.all(
    [1, 2].map(async () => {
      const { system, root } = await machineTree(template);
      mkdirSync(join(root, 'var/lib/dbus'), { recursive: true });
      writeFileSync(join(root, 'etc/ssh/ssh_host_rsa_key'), 'key of the template');
      await bootstrap(system);
      return {
        id: readFileSync(join(root, 'etc/machine-id'), 'utf8'),
        key: publicHalf(join(root, 'etc/ssh/ssh_host_rsa_key')),
        mark: await system.files.status('/etc/gandi/template'),
      };
    }),
  );
  expect(copies[0]?.id).toMatch(/^[0-9a-f]{32}\n$/);
  expect(new Set(copies.map(({ id }) => id)).size).toBe(2);
  expect(new Set(copies.map(({ key }) => key)).size).toBe(2);
  expect(copies.map(({ mark }) => mark)).toEqual([undefined, undefined]);
});
