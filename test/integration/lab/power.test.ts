import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { powerStates } from '../../../lab/power-states.ts';
import { recordFileSystem, withMounted } from '../../../lab/recorded-file-system.ts';
import { openJournal } from '../../../src/core/system/journal.ts';
import { openSystem } from '../../../src/core/system/system.ts';
import { seededRandom } from '../../unit/agent/sources/seeded-random.ts';

const seed = Number(process.env.SEED || 1);
const states = Number(process.env.STATES || 24);
const timeout = 5 * 60_000;
const place = 'hostname';
const before = 'old\n'.repeat(2000);
const after = 'new\n'.repeat(3000);

/** What the file held after each power cut. */
async function contentsAfterCuts(write: (folder: string) => Promise<void>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'power-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { image, log } = await recordFileSystem(
    folder,
    (mounted) => writeFile(join(mounted, place), before),
    async (mounted) => {
      await write(mounted);
      await syncAnother(mounted);
    },
  );
  const contents: string[] = [];
  for await (const state of powerStates(image, log, seededRandom(seed), states)) {
    await withMounted(state.image, join(folder, 'state'), async (mounted) => {
      contents.push(await readFile(join(mounted, place), 'utf8').catch(() => 'missing'));
    });
  }
  return contents;
}

/** Any other program that is careful: what it asks for takes along whatever the file system has not written yet. */
async function syncAnother(mounted: string): Promise<void> {
  const other = await open(join(mounted, 'other'), 'a');
  await other.write('x');
  await other.sync();
  await other.close();
}

test('a file that the agent replaces is the old or the new one, whenever the power fails', { timeout }, async () => {
  const contents = await contentsAfterCuts(async (mounted) => {
    const { files } = await openSystem(mounted, openJournal('error'));
    await files.replace(`/${place}`, after, { mode: 0o644 });
  });
  expect(contents.length).toBeGreaterThan(10);
  expect(new Set(contents)).toEqual(new Set([before, after]));
});

test('what is written in place, as the old agent did it, is half of a file after some of the cuts', {
  timeout,
}, async () => {
  const contents = await contentsAfterCuts(async (mounted) => {
    const file = await open(join(mounted, place), 'w');
    await file.write(after.slice(0, 5000));
    await syncAnother(mounted);
    await file.write(after.slice(5000));
    await file.close();
  });
  const halves = contents.filter((content) => content !== before && content !== after);
  console.log(`${halves.length} of ${contents.length} states show a part of the file`);
  expect(halves.length).toBeGreaterThan(0);
});
