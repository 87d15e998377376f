import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFiles } from '../../../../src/core/system/files.ts';
import { ifRegular } from '../../../../src/core/system/if-regular.ts';
import { machineTree } from './machine-tree.ts';

const mebibyte = 1024 * 1024;

const makers: Readonly<Record<string, (place: string) => Promise<unknown>>> = {
  'a folder': (place) => mkdir(place),
  'a link to itself': (place) => symlink('strange', place),
  'a sparse file that is too large': async (place) => {
    await writeFile(place, '');
    await truncate(place, 65 * mebibyte);
  },
};

test.each(Object.entries(makers))(
  '%s is looked at as if nothing were there, on a machine and in a tree',
  async (_, make) => {
    const { root, system } = await machineTree();
    await make(join(root, 'strange'));
    expect(await ifRegular(system.files.read('/strange'))).toBeUndefined();
    expect(await ifRegular(openFiles('/').read(join(root, 'strange')))).toBeUndefined();
  },
);

test('any other error is one', async () => {
  await expect(ifRegular(Promise.reject(new Error('of the disk')))).rejects.toThrow('of the disk');
});
