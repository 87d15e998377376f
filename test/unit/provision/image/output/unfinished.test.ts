import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ownProcessName } from '../../../../../src/core/system/process-start.ts';
import { clearUnfinished, unfinishedPath } from '../../../../../src/provision/image/output/unfinished.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gandi-unfinished-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('files of processes that are gone are removed, and no others', async () => {
  const image = join(folder, 'image.raw');
  const kept = [image, join(folder, '.hidden.gandi-new'), unfinishedPath(image, ownProcessName())];
  const left = unfinishedPath(image, `${process.pid}-1`);
  for (const path of [...kept, left]) await writeFile(path, '');
  expect(await clearUnfinished(folder)).toEqual([left]);
  expect((await readdir(folder)).sort()).toEqual(kept.map((path) => path.slice(folder.length + 1)).sort());
});

test('a folder that is not there holds nothing', async () => {
  expect(await clearUnfinished(join(folder, 'nowhere'))).toEqual([]);
});
