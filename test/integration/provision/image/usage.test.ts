import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';
import { readUsage } from '../../../../src/provision/image/description/image-usage.ts';

const system = openSystem('/', openJournal('error'));

test('all of a tree of many files is shown', async () => {
  const tree = await mkdtemp(join(tmpdir(), 'usage-'));
  onTestFinished(() => rm(tree, { recursive: true }));
  await mkdir(join(tree, 'many'));
  const names = Array.from({ length: 20_000 }, (_, number) => `${'name'.repeat(55)}${number}`);
  for (const name of names) await writeFile(join(tree, 'many', name), '');
  // The folder, the tree, and each file: more than four MiB of text.
  expect(await readUsage(tree, 'all', system)).toHaveLength(names.length + 2);
});
