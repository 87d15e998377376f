import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cdistPreos } from '../../../src/provision/cli/cdist-preos.ts';

let work = '';
beforeEach(async ({ skip }) => {
  if (process.getuid?.() !== 0) skip('a PreOS is built as root');
  work = await mkdtemp(join(tmpdir(), 'gandi-preos-'));
  for (const path of [
    'os/boot/vmlinuz-6.1',
    'os/usr/lib/PXELINUX/pxelinux.0',
    'os/usr/lib/syslinux/modules/bios/ldlinux.c32',
    'os/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed',
  ])
    await write(path, path);
});
afterEach(async () => {
  if (work !== '') await rm(work, { recursive: true });
});

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(work, path)), { recursive: true });
  await writeFile(join(work, path), text);
}

async function debian(args: readonly string[], environment: Record<string, string> = {}) {
  const err: string[] = [];
  const terminal = {
    out: () => undefined,
    err: (line: string) => void err.push(line),
    json: () => undefined,
    verbatim: () => undefined,
  };
  const call = { environment: { HOME: work, ...environment }, workingFolder: work };
  return { exit: await cdistPreos(['debian', ...args], terminal, call), said: err.join('\n') };
}

test('a PXE folder has the tree as an archive that a kernel unpacks, owned by root', async () => {
  await symlink('/sbin/init', join(work, 'os/init'));
  expect(await debian(['-p', 'pxe', 'os'])).toEqual({ exit: 0, said: '' });
  expect((await readdir(join(work, 'pxe'))).sort()).toEqual(
    ['boot.ipxe', 'grub', 'grubx64.efi', 'initramfs', 'kernel', 'ldlinux.c32', 'pxelinux.0', 'pxelinux.cfg'].sort(),
  );
  expect((await stat(join(work, 'pxe/pxelinux.cfg'))).mode & 0o777).toBe(0o755);
  const { stdout: archive } = await execa('zstd', ['-dc', join(work, 'pxe/initramfs')], { encoding: 'buffer' });
  const { stdout } = await execa('cpio', ['--list', '--verbose', '--numeric-uid-gid', '--quiet'], {
    input: Buffer.from(archive),
  });
  const lines = stdout.split('\n');
  expect(lines.find((line) => line.includes('init ->'))).toMatch(/^l.* 0 +0 .*init -> \/sbin\/init$/);
  expect(lines.map((line) => line.split(' ').at(-1))).toContain('boot/vmlinuz-6.1');
});

test.each([
  ['os/pxe', 'preos.pxe-in-tree'],
  ['link/pxe', 'preos.pxe-in-tree'],
  ['os', 'preos.pxe-in-tree'],
])('a PXE folder %s is refused: %s', async (pxe, code) => {
  await symlink('os', join(work, 'link'));
  const { exit, said } = await debian(['-p', pxe, 'os']);
  expect({ exit, said }).toEqual({ exit: 1, said: expect.stringContaining(code) });
  expect(existsSync(join(work, 'os/pxe'))).toBe(false);
});

test('a build that fails leaves the PXE folder as it was, and the tree', async () => {
  await write('pxe/kernel', 'old');
  await rm(join(work, 'os/usr/lib/PXELINUX'), { recursive: true });
  expect(await debian(['-r', '-p', 'pxe', 'os'])).toMatchObject({ exit: 1 });
  expect(await readdir(join(work, 'pxe'))).toEqual(['kernel']);
  expect(await readFile(join(work, 'pxe/kernel'), 'utf8')).toBe('old');
  expect(existsSync(join(work, 'os'))).toBe(true);
});

test('the tree is removed where the command line says so, and by no variable', async () => {
  const environment = { rm_bootstrap_dir: 'yes', bootstrap: 'yes', target_dir: work, drive: '/dev/null' };
  expect(await debian(['-p', 'pxe', 'os'], environment)).toMatchObject({ exit: 0 });
  expect(existsSync(join(work, 'os'))).toBe(true);
  expect(await debian(['-r', 'os'])).toMatchObject({ exit: 0 });
  expect(existsSync(join(work, 'os'))).toBe(false);
});

test.each([
  [['-r', '/'], 'preos.tree-kept'],
  [['-B', 'os'], 'preos.tree-not-empty'],
  [['-C', 'nowhere'], 'preos.no-tree'],
  [['-C', '-k', 'nokey', 'os'], 'preos.no-file'],
])('%j fails: %s', async (args, code) => {
  const { exit, said } = await debian(args);
  expect(exit).not.toBe(0);
  expect(said).toContain(code);
  expect(existsSync(join(work, 'os'))).toBe(true);
});
