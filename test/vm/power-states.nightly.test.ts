import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { withMountedPart } from '../../lab/disk-part.ts';
import { filesBelow } from '../../lab/files-below.ts';
import { runOnHost } from '../../lab/host-command.ts';
import { powerStates } from '../../lab/power-states.ts';
import { test } from '../../lab/story.ts';
import type { RecordedDisk } from '../../lab/write-recorder.ts';
import { seededRandom } from '../unit/agent/sources/seeded-random.ts';
import { passwordHash, webServer } from './payloads.ts';

const seed = Number(process.env.SEED || 1);
const mostStates = Number(process.env.STATES || 300);
const hours = 3;

/** Where the agent writes what others read, and what it keeps. */
const folders = ['etc', 'gandi', 'var/lib/gandi'];
/** Written several times in a first boot, by tools too: whole are those whose every line has so many fields. */
const fieldsOfLines: Readonly<Record<string, number>> = {
  'etc/passwd': 7,
  'etc/shadow': 9,
  'etc/group': 4,
  'etc/gshadow': 4,
};
/** A line for each event: one that was cut off is left out by its reader. */
const grows = /^var\/lib\/gandi\/timeline/;

type Tree = ReadonlyMap<string, string>;

test('D5: power fails at any write of a first boot: no half of a file is seen, and no configuration is lost', {
  timeout: hours * 3_600_000,
}, async ({ boot }) => {
  const guest = await boot({ debian: 12, payload: { config: webServer }, recordsWrites: true });
  expect(await guest.waitForBoot()).toBe('running');
  await guest.shutDown();
  const disk = guest.recordedDisk as RecordedDisk;
  const final = join(guest.folder, 'final.img');
  await runOnHost('qemu-img', ['convert', '-O', 'raw', disk.overlay, final]);
  const known = [await treeOf(disk.image, disk), await treeOf(final, disk)];

  const problems: string[] = [];
  let states = 0;
  for await (const { image, cut, kept } of powerStates(disk.image, disk.log, seededRandom(seed), mostStates)) {
    states += 1;
    const found = await problemsOf(image, disk, known);
    problems.push(...found.map((problem) => `${problem} (cut ${cut}, ${kept.length} kept)`));
  }
  console.log(`seed ${seed}: ${states} states of a first boot, ${problems.length} problems`);
  expect(problems.slice(0, 20)).toEqual([]);
  expect(states).toBeGreaterThan(mostStates / 2);
});

async function treeOf(image: string, { rootBytes }: RecordedDisk): Promise<Tree> {
  let tree: Tree = new Map();
  await withMountedPart(image, rootBytes, `${image}.mounted`, 'ro,noload', async (mounted) => {
    tree = await filesBelow(mounted, folders);
  });
  return tree;
}

async function problemsOf(image: string, disk: RecordedDisk, known: readonly Tree[]): Promise<string[]> {
  let tree: Tree = new Map();
  const damage = await withMountedPart(image, disk.rootBytes, `${image}.mounted`, 'rw', async (mounted) => {
    tree = await filesBelow(mounted, folders);
  });
  const halves = [...tree].filter(([path, content]) => !isWhole(path, content, known)).map(([path]) => `half: ${path}`);
  const isKept = isConfigured(tree) || (await hasPayload(image, disk));
  return [...halves, ...(isKept ? [] : ['the configuration is lost']), ...(damage === undefined ? [] : [damage])];
}

/** The old or the new one, or as its format has to be. */
function isWhole(path: string, content: string, known: readonly Tree[]): boolean {
  if (known.some((tree) => tree.get(path) === content) || grows.test(path)) return true;
  const fields = fieldsOfLines[path.replace(/-$/, '')];
  if (fields !== undefined)
    return (
      content.endsWith('\n') && content.split('\n').every((line) => line === '' || line.split(':').length === fields)
    );
  if (path.endsWith('.json')) return isJson(content);
  // One that nobody reads by this name, as it is there for a moment.
  return known.every((tree) => !tree.has(path));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isConfigured(tree: Tree): boolean {
  const applied = tree.get('var/lib/gandi/applied.json');
  return applied !== undefined && isJson(applied) && tree.get('etc/shadow')?.includes(passwordHash) === true;
}

async function hasPayload(image: string, { rootBytes, swapBytes }: RecordedDisk): Promise<boolean> {
  const disk = await open(image);
  try {
    const { buffer } = await disk.read(Buffer.alloc(swapBytes), 0, swapBytes, rootBytes);
    return buffer.includes(passwordHash);
  } finally {
    await disk.close();
  }
}
