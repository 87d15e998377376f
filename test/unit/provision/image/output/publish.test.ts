import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentJournal } from '../../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../../src/core/system/system.ts';
import { publish } from '../../../../../src/provision/image/output/publish.ts';

const system = openSystem('/', silentJournal);
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gandi-publish-'));
  for (const name of ['image.raw', 'image.raw.md5', 'image.raw.sha256', 'new'])
    await writeFile(join(folder, name), name);
  const date = new Date(2026, 10, 28, 19, 10, 5);
  await utimes(join(folder, 'image.raw'), date, date);
});
afterEach(() => rm(folder, { recursive: true }));

const names = async () => (await readdir(folder)).sort();
const put = (keepOlder: boolean) =>
  publish({ from: join(folder, 'new'), path: join(folder, 'image.raw'), checksums: { md5: 'ab' }, keepOlder }, system);

test('an older image stays under a name with its date, and so do its checksums', async () => {
  expect(await put(true)).toBe(3);
  expect(await names()).toEqual([
    'image-2026.11.28-19.10.05.raw',
    'image-2026.11.28-19.10.05.raw.md5',
    'image-2026.11.28-19.10.05.raw.sha256',
    'image.raw',
    'image.raw.md5',
  ]);
  expect(await readFile(join(folder, 'image.raw.md5'), 'utf8')).toBe('ab  image.raw\n');
});

test('an image that is replaced takes its checksums along', async () => {
  await put(false);
  expect(await names()).toEqual(['image.raw', 'image.raw.md5']);
});
