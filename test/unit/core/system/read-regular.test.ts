import { execFileSync } from 'node:child_process';
import { symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { readRegular, readRegularAtOnce } from '../../../../src/core/system/read-regular.ts';
import { machineTree } from './machine-tree.ts';

const readers = { readRegular, readRegularAtOnce: async (path: string) => readRegularAtOnce(path) };
let folder: string;
beforeEach(async () => {
  folder = (await machineTree()).root;
});

describe.each(Object.entries(readers))('%s', (_, read) => {
  const place = () => join(folder, 'file');

  test('a file is read whole, also by way of a link', async () => {
    await writeFile(place(), 'content\n');
    await symlink('file', join(folder, 'link'));
    expect(String(await read(join(folder, 'link')))).toBe('content\n');
  });

  test('a file that the kernel makes up, whose size is 0, is read to its end', async () => {
    expect(String(await read('/proc/self/status'))).toContain('VmPeak');
  });

  test('a link to /dev/null is an empty file', async () => {
    await symlink('/dev/null', place());
    expect(await read(place())).toHaveLength(0);
  });

  test.each([
    ['a pipe, which is not waited for', (path: string) => execFileSync('mkfifo', [path])],
    ['a device without an end', (path: string) => symlink('/dev/zero', path)],
    ['a folder', (path: string) => symlink('/etc', path)],
  ])('%s is refused', async (_, make) => {
    await make(place());
    await expect(read(place())).rejects.toMatchObject({ code: 'file.not-regular', subject: place() });
  });

  test('a file of more than 64 MiB is refused before it is read', async () => {
    await writeFile(place(), '');
    await truncate(place(), 64 * 1024 * 1024 + 1);
    await expect(read(place())).rejects.toMatchObject({ code: 'file.too-large', subject: place() });
  });

  test('a missing one is the error of open(2)', async () => {
    await expect(read(place())).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
