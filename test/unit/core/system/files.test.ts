import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asOrdinaryUser } from '../../../../src/core/system/as-ordinary-user.ts';
import { openFiles } from '../../../../src/core/system/files.ts';
import { machineTree } from './machine-tree.ts';

test('what is missing is undefined, and no error', async () => {
  const { system } = await machineTree({ '/etc/hosts': '' });
  expect(await system.files.read('/etc/none')).toBeUndefined();
  expect(await system.files.read('/etc/hosts/none')).toBeUndefined();
  expect(await system.files.status('/etc/none')).toBeUndefined();
  expect(await system.files.list('/none')).toEqual([]);
  expect(await system.files.linkTarget('/etc/hosts')).toBeUndefined();
  await system.files.remove('/etc/none');
});

test('what is not a file is not read, and a link to /dev/null is an empty one', async () => {
  const { system, root } = await machineTree({ '/etc/folder/x': '' });
  const running = openFiles('/');
  for (const read of [running.read, running.readBytes]) {
    await expect(read(join(root, 'etc/folder'))).rejects.toMatchObject({ code: 'file.not-regular' });
    await expect(read('/dev/zero')).rejects.toMatchObject({ code: 'file.not-regular' });
  }
  await symlink('/dev/null', join(root, 'etc/off'));
  expect(await running.read(join(root, 'etc/off'))).toBe('');
  await expect(system.files.append('/etc/folder', 'x', 0o600)).rejects.toMatchObject({ code: 'file.not-regular' });
});

test('a file that would fill the memory is not read', async () => {
  const { system, root } = await machineTree({ '/etc/hosts': '' });
  await truncate(join(root, 'etc/hosts'), 2 ** 40);
  await expect(system.files.read('/etc/hosts')).rejects.toMatchObject({ code: 'file.too-large' });
});

test('a file of a person that cannot be read is not taken for missing: it would be replaced', async () => {
  const { system, root } = await machineTree({ '/home/keys': 'old' });
  await truncate(join(root, 'home/keys'), 65 * 1024 * 1024);
  await symlink('keys', join(root, 'home/link'));
  await using home = await system.files.openFolder('/home');
  if (home === undefined) throw new Error('expected the folder to be there');
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  await expect(home.read('keys', owner)).rejects.toMatchObject({ code: 'file.too-large' });
  expect(await home.read('none', owner)).toBeUndefined();
  expect(await home.read('link', owner)).toBeUndefined();
});

test('what the kernel makes up as it is read comes whole', async () => {
  expect(await openFiles('/').read('/proc/self/status')).toMatch(/^Name:.*nonvoluntary_ctxt_switches:\t\d+\n$/s);
});

test('a new file has the mode that was asked for, an existing one keeps its own', async () => {
  const { system, root } = await machineTree({ '/etc/hosts': 'old' });
  await chmod(join(root, 'etc/hosts'), 0o640);
  await system.files.replace('/etc/hosts', 'new', { mode: 0o600 });
  await system.files.replace('/etc/fresh', 'new', { mode: 0o604 });
  expect((await lstat(join(root, 'etc/hosts'))).mode & 0o777).toBe(0o640);
  expect((await lstat(join(root, 'etc/fresh'))).mode & 0o777).toBe(0o604);
});

test('a mode that is enforced is given to an existing file too', async () => {
  const { system, root } = await machineTree({ '/gandi/config': 'old' });
  await system.files.replace('/gandi/config', 'new', { mode: 0o600, enforceMode: true });
  expect((await lstat(join(root, 'gandi/config'))).mode & 0o777).toBe(0o600);
});

test('what a power cut left of an earlier replacement is removed, and what another writes or wrote is not', async () => {
  const { root } = await machineTree({ '/etc/hosts': 'old' });
  const ofWriter = (name: string, pid: number | string, start: number | string) =>
    `.${name}.gandi-new-${pid}-${start}-0123456789ab`;
  // A process that has ended, and the number of this one from before it began.
  const { pid: gone } = spawnSync('true');
  const left = [ofWriter('hosts', gone, 5), ofWriter('hosts', process.pid, 5)];
  const start = readFileSync('/proc/self/stat', 'utf8').replace(/^.*\)/s, '').split(' ')[20] ?? '';
  const kept = [ofWriter('hosts', process.pid, start), ofWriter('other', gone, 5), '.hosts.gandi-new-mine'];
  for (const name of [...left, ...kept]) await writeFile(join(root, 'etc', name), 'half');
  await openFiles(root).replace('/etc/hosts', 'new', { mode: 0o644 });
  expect(await readdir(join(root, 'etc'))).toEqual([...kept, 'hosts'].sort());
  expect(await readFile(join(root, 'etc/hosts'), 'utf8')).toBe('new');
});

test('a symbolic link or a folder is never replaced', async () => {
  const { system, root } = await machineTree({ '/etc/target': 'kept' });
  await symlink('target', join(root, 'etc/link'));
  await mkdir(join(root, 'etc/folder'));
  await expect(system.files.replace('/etc/link', 'x', { mode: 0o644 })).rejects.toMatchObject({
    code: 'file.not-regular',
  });
  await expect(system.files.replace('/etc/folder', 'x', { mode: 0o644 })).rejects.toMatchObject({
    code: 'file.not-regular',
  });
  expect(await readFile(join(root, 'etc/target'), 'utf8')).toBe('kept');
  expect(await readdir(join(root, 'etc'))).toEqual(['folder', 'link', 'target']);
});

test('below a root folder no link leads out of it', async () => {
  const { system, root } = await machineTree({ '/etc/real/file': 'inside' });
  await symlink('/etc/real', join(root, 'etc/absolute'));
  await symlink('../../../../../../etc/real', join(root, 'etc/upwards'));
  await symlink('loop', join(root, 'etc/loop'));
  expect(await system.files.read('/etc/absolute/file')).toBe('inside');
  expect(await system.files.read('/etc/upwards/file')).toBe('inside');
  await expect(system.files.read('/etc/loop/file')).rejects.toMatchObject({ code: 'file.too-many-links' });
});

test('a folder in whose place a link is planted is refused', async () => {
  const { system, root } = await machineTree({ '/root/.profile': '', '/tmp/theirs/x': '' });
  await symlink('/tmp/theirs', join(root, 'root/.ssh'));
  await mkdir(join(root, 'srv'));
  await writeFile(join(root, 'srv/file'), '');
  await expect(system.files.makeDirectory('/srv/file', 0o700)).rejects.toMatchObject({ code: 'file.not-a-folder' });
  await expect(system.files.makeDirectory('/root/.ssh', 0o700)).rejects.toMatchObject({ code: 'file.not-a-folder' });
});

test('a folder that is there gets the mode that was asked for', async () => {
  const { system, root } = await machineTree({ '/srv/data/file': '' });
  await chmod(join(root, 'srv/data'), 0o755);
  await system.files.makeDirectory('/srv/data', 0o700);
  expect((await stat(join(root, 'srv/data'))).mode & 0o777).toBe(0o700);
});

test('only an empty folder is removed', async () => {
  const { system } = await machineTree({ '/srv/full/file': '' });
  await system.files.makeDirectory('/srv/empty', 0o755);
  expect(await system.files.removeEmptyDirectory('/srv/empty')).toBe(true);
  expect(await system.files.removeEmptyDirectory('/srv/full')).toBe(false);
  expect(await system.files.removeEmptyDirectory('/srv/none')).toBe(false);
});

test('a link takes the place of a link or a file, in one step, and never of a folder', async () => {
  const { system, root } = await machineTree({ '/etc/localtime': 'a copy', '/etc/folder/x': '' });
  await system.files.replaceLink('/etc/localtime', '/usr/share/zoneinfo/Etc/UTC');
  await system.files.replaceLink('/etc/localtime', '/usr/share/zoneinfo/Europe/Paris');
  expect(await system.files.linkTarget('/etc/localtime')).toBe('/usr/share/zoneinfo/Europe/Paris');
  await expect(system.files.replaceLink('/etc/folder', 'x')).rejects.toMatchObject({ code: 'file.not-regular' });
  expect((await readdir(join(root, 'etc'))).sort()).toEqual(['folder', 'localtime']);
});

test('a file that is appended to is made with its mode, whatever umask(2) is', async () => {
  const { system, root } = await machineTree();
  const before = process.umask(0o077);
  try {
    await system.files.append('/reports', 'line\n', 0o644);
  } finally {
    process.umask(before);
  }
  expect((await stat(join(root, 'reports'))).mode & 0o777).toBe(0o644);
});

test('an ordinary user: what may not be read counts as not there, and other errors stay errors', async () => {
  const { system } = await machineTree({ '/etc/hosts': 'hosts' });
  const refuse = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));
  const forbidden = { ...system.files, read: refuse('EACCES'), list: refuse('EPERM'), status: refuse('EIO') };
  const { files } = asOrdinaryUser({ ...system, files: forbidden });
  expect(await files.read('/etc/shadow')).toBeUndefined();
  expect(await files.list('/root')).toEqual([]);
  await expect(files.status('/x')).rejects.toMatchObject({ code: 'EIO' });
  expect(String(await files.readBytes('/etc/hosts'))).toBe('hosts');
});
