import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTimeline, readTimeline, type TimelineEntry } from '../../../../src/agent/event/timeline.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const path = '/run/gandi/timeline.jsonl';

function entry(sequence: number): TimelineEntry {
  const times = { seenAt: null, spooledAt: 1, startedAt: 2, endedAt: 3 };
  const what = {
    handler: 'disk',
    device: '/dev/sdb',
    action: 'add',
    events: 1,
    isSynthetic: false,
    changed: [],
    failures: [],
  };
  return { sequence, firstSequence: sequence, diskSequence: null, ...what, ...times };
}

const lineOf = (sequence: number) => `${JSON.stringify(entry(sequence))}\n`;
const linesUpTo = (count: number) => Array.from({ length: count }, (_, index) => lineOf(index + 1)).join('');

test('no timeline is one without entries', async () => {
  expect(await readTimeline((await machineTree()).system)).toEqual([]);
});

test('entries that are appended at the same time are all there, in their order, after those of an earlier process', async () => {
  const { system } = await machineTree({ [path]: lineOf(1) });
  const timeline = openTimeline(system);
  await Promise.all([2, 3, 4].map((sequence) => timeline.append(entry(sequence))));
  expect(await readTimeline(system)).toEqual([1, 2, 3, 4].map(entry));
});

test('a line that a crash cut off costs no other', async () => {
  const { system } = await machineTree({ [path]: `${lineOf(1)}{"sequence":2,\n${lineOf(3)}` });
  expect(await readTimeline(system)).toEqual([entry(1), entry(3)]);
});

test('the newest 512 are shown, and the file never has more than twice as many', async () => {
  const { system, root } = await machineTree({ [path]: linesUpTo(1023) });
  const timeline = openTimeline(system);
  const count = async () => (await readFile(join(root, path), 'utf8')).split('\n').length - 1;
  await timeline.append(entry(1024));
  expect(await count()).toBe(1024);
  await timeline.append(entry(1025));
  expect(await count()).toBe(513);
  const shown = await readTimeline(system);
  expect([shown.length, shown[0]?.sequence, shown.at(-1)?.sequence]).toEqual([512, 514, 1025]);
});
