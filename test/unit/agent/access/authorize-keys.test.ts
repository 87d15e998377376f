import { chmod, chown, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { authorizeKeys, authorizeKeysKind } from '../../../../src/agent/access/authorize-keys.ts';
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

describe('where sshd reads keys elsewhere', () => {
  beforeEach(({ skip }) => skip(process.getuid?.() !== 0, 'only root has folders that nobody else can change'));
  const sshd = '/etc/ssh/sshd_config';
  const people = 'root:x:0:0::/root:/bin/bash\nadmin:x:1000:1000::/home/admin:/bin/bash\n';

  async function machine(sshdConfig: string) {
    const tree = await machineTree({ '/etc/passwd': people, '/etc/group': '', [sshd]: sshdConfig });
    for (const path of ['', 'home', 'root', 'etc', 'etc/ssh']) {
      await mkdir(join(tree.root, path), { recursive: true });
      await chmod(join(tree.root, path), 0o755);
    }
    await mkdir(join(tree.root, 'home/admin'), { mode: 0o755 });
    await chown(join(tree.root, 'home/admin'), 1000, 1000);
    return tree;
  }

  test("a folder of root's: a file that the user can read and not change", async () => {
    const { system, root } = await machine('AuthorizedKeysFile /etc/ssh/keys/%u .ssh/authorized_keys\n');
    await authorizeKeys(action, system);
    const path = join(root, 'etc/ssh/keys/admin');
    expect(await readFile(path, 'utf8')).toBe(`${key}\n`);
    expect([await modeOf(path), (await stat(path)).uid]).toEqual(['644', 0]);
    expect(await system.files.list('/home/admin')).toEqual([]);
  });

  test('the file of another user is as it was', async () => {
    const { system, root } = await machine('Match User bob\nAuthorizedKeysFile /etc/ssh/keys/%u\n');
    await authorizeKeys(action, system);
    expect(await readFile(join(root, 'home/admin/.ssh/authorized_keys'), 'utf8')).toBe(`${key}\n`);
  });

  test('a file that all accounts share gets the keys of root alone: with one in it anybody is root', async () => {
    const { system, root } = await machine('AuthorizedKeysFile /etc/ssh/keys .ssh/authorized_keys\n');
    await authorizeKeys(action, system);
    expect(await system.files.status('/etc/ssh/keys')).toBeUndefined();
    await authorizeKeys({ ...action, user: 'root' }, system);
    expect(await readFile(join(root, 'etc/ssh/keys'), 'utf8')).toBe(`${key}\n`);
  });

  test('a folder that somebody else can change is passed over', async () => {
    const { system, root } = await machine('AuthorizedKeysFile /keys/%u .ssh/authorized_keys\n');
    await mkdir(join(root, 'keys'));
    await chmod(join(root, 'keys'), 0o777);
    await authorizeKeys(action, system);
    expect(await system.files.list('/keys')).toEqual([]);
    expect(await system.files.read('/home/admin/.ssh/authorized_keys')).toBe(`${key}\n`);
  });

  test('a link in the place of the first file: the next one is taken', async () => {
    const { system, root } = await machine('UsePAM yes\n');
    await mkdir(join(root, 'home/admin/.ssh'));
    await symlink('../../../etc/passwd', join(root, 'home/admin/.ssh/authorized_keys'));
    await authorizeKeys(action, system);
    expect(await system.files.read('/etc/passwd')).toBe(people);
    expect(await system.files.read('/home/admin/.ssh/authorized_keys2')).toBe(`${key}\n`);
  });

  test('a home that is / makes no folder of the system the property of a user', async () => {
    const { system, root } = await machine('AuthorizedKeysFile /etc/ssh/keys/%u\n');
    await writeFile(join(root, 'etc/passwd'), people.replace('/home/admin', '/').replace('/root:', '/:'));
    for (const user of ['admin', 'root']) {
      await authorizeKeys({ ...action, user }, system);
      expect(await system.files.read(`/etc/ssh/keys/${user}`)).toBe(`${key}\n`);
    }
    expect([await modeOf(join(root, 'etc')), (await stat(join(root, 'etc'))).uid]).toEqual(['755', 0]);
  });

  test.each([
    ['a home', 'home/admin', 0o777],
    ['a folder', 'home/admin/.ssh', 0o770],
    ['a file', 'home/admin/.ssh/authorized_keys', 0o660],
  ])(
    '%s that others can write: sshd takes no key from there, and the question that follows says so',
    async (...place) => {
      const [, path, mode] = place;
      const { system, root } = await machine('UsePAM yes\n');
      await authorizeKeys(action, system);
      expect(await authorizeKeysKind.verify?.(action, system)).toBeUndefined();
      await chmod(join(root, path), mode);
      expect((await authorizeKeysKind.verify?.(action, system))?.code).toBe('ssh.unsafe-keys-file');
    },
  );

  test('a folder of somebody else on the way: sshd takes no key from there', async () => {
    const { system, root } = await machine('UsePAM yes\n');
    await authorizeKeys(action, system);
    await chown(join(root, 'home/admin/.ssh'), 4242, 4242);
    expect((await authorizeKeysKind.verify?.(action, system))?.code).toBe('ssh.unsafe-keys-file');
  });

  test('a file of root that the account cannot read is as good as none', async () => {
    const { system, root } = await machine('UsePAM yes\nAuthorizedKeysFile /etc/ssh/keys/%u\n');
    await mkdir(join(root, 'etc/ssh/keys'));
    await writeFile(join(root, 'etc/ssh/keys/admin'), '', { mode: 0o600 });
    await authorizeKeys(action, system);
    expect((await authorizeKeysKind.verify?.(action, system))?.code).toBe('ssh.unsafe-keys-file');
  });

  test.each([
    ['AuthorizedKeysFile /etc/ssh/keys/%u\n', undefined],
    ['AuthorizedKeysFile none\n', 'ssh.no-keys-file'],
    ['AuthorizedKeysFile none\nAuthorizedKeysCommand /bin/keys %u\n', 'ssh.keys-by-command'],
    ['AuthorizedKeysFile /etc/ssh/keys\n', 'ssh.no-key'],
    ['PubkeyAuthentication no\n', 'ssh.keys-off'],
    ['DenyUsers admin\n', 'ssh.not-allowed'],
  ])('with %j the question that follows finds %s', async (text, code) => {
    const { system } = await machine(`UsePAM yes\n${text}`);
    await authorizeKeys(action, system);
    expect((await authorizeKeysKind.verify?.(action, system))?.code).toBe(code);
  });
});

test('an account that does not exist is named', async () => {
  const { system } = await machineTree({ '/etc/passwd': 'root:x:0:0::/root:/bin/sh\n' });
  await expect(authorizeKeys(action, system)).rejects.toMatchObject({ code: 'user.missing', subject: 'admin' });
});
