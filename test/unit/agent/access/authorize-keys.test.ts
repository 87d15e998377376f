import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { authorizeKeys } from '../../../../src/agent/access/authorize-keys.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA me@laptop';
const action = { kind: 'authorize-keys', user: 'admin', keys: [key] } as const;
const passwd = `admin:x:${process.getuid?.()}:${process.getgid?.()}::/home/admin:/bin/bash\n`;

async function treeWithHome() {
  const tree = await machineTree({ '/etc/passwd': passwd, '/etc/shadow': 'secret' });
  const home = join(tree.root, 'home/admin');
  await mkdir(home, { recursive: true });
  return { ...tree, home };
}

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

test('makes the folder and the file with the modes that sshd asks for', async () => {
  const { system, home } = await treeWithHome();
  await authorizeKeys(action, system);
  expect(await readFile(join(home, '.ssh/authorized_keys'), 'utf8')).toBe(`${key}\n`);
  expect([await modeOf(join(home, '.ssh')), await modeOf(join(home, '.ssh/authorized_keys'))]).toEqual(['700', '600']);
});

test('corrects modes that sshd would refuse, and keeps the keys that are there', async () => {
  const { system, home } = await treeWithHome();
  await mkdir(join(home, '.ssh'));
  await chmod(join(home, '.ssh'), 0o777);
  await writeFile(join(home, '.ssh/authorized_keys'), 'ssh-rsa AAAAB3 other', { mode: 0o666 });
  await authorizeKeys(action, system);
  expect(await readFile(join(home, '.ssh/authorized_keys'), 'utf8')).toBe(`ssh-rsa AAAAB3 other\n${key}\n`);
  expect([await modeOf(join(home, '.ssh')), await modeOf(join(home, '.ssh/authorized_keys'))]).toEqual(['700', '600']);
});

test("a home that is a link of the system's own is followed, as /root is on ostree", async ({ skip }) => {
  skip(process.getuid?.() !== 0, 'only root can make a link that root made');
  const { system, root } = await machineTree({ '/etc/passwd': 'admin:x:0:0::/root:/bin/bash\n' });
  await chmod(root, 0o755);
  await mkdir(join(root, 'var/roothome'), { recursive: true });
  await symlink('var/roothome', join(root, 'root'));
  await authorizeKeys(action, system);
  expect(await readFile(join(root, 'var/roothome/.ssh/authorized_keys'), 'utf8')).toBe(`${key}\n`);
});

test('a home that is a link of somebody else is refused', async () => {
  const { system, root } = await machineTree({ '/etc/passwd': passwd });
  await mkdir(join(root, 'home'));
  await chmod(join(root, 'home'), 0o777);
  await mkdir(join(root, 'elsewhere'));
  await symlink('../elsewhere', join(root, 'home/admin'));
  await expect(authorizeKeys(action, system)).rejects.toMatchObject({ code: 'file.not-a-folder' });
  expect(await system.files.list('/elsewhere')).toEqual([]);
});

test('a .ssh that is a symbolic link is refused', async () => {
  const { system, home } = await treeWithHome();
  await mkdir(join(home, 'elsewhere'));
  await symlink('elsewhere', join(home, '.ssh'));
  await expect(authorizeKeys(action, system)).rejects.toMatchObject({ code: 'file.not-a-folder' });
  expect(await system.files.list('/home/admin/elsewhere')).toEqual([]);
});

test('authorized_keys that is a symbolic link is refused, and what it points to is as it was', async () => {
  const { system, home, root } = await treeWithHome();
  await mkdir(join(home, '.ssh'));
  await symlink('../../../etc/shadow', join(home, '.ssh/authorized_keys'));
  await expect(authorizeKeys(action, system)).rejects.toMatchObject({ code: 'file.not-regular' });
  expect(await readFile(join(root, 'etc/shadow'), 'utf8')).toBe('secret');
});

test('an account that does not exist is named', async () => {
  const { system } = await machineTree({ '/etc/passwd': 'root:x:0:0::/root:/bin/sh\n' });
  await expect(authorizeKeys(action, system)).rejects.toMatchObject({ code: 'user.missing', subject: 'admin' });
});
