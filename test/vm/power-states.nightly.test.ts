import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { agentImage } from '../../lab/agent-image.ts';
import type { BootOptions } from '../../lab/boot.ts';
import type { Guest } from '../../lab/guest.ts';
import { runOnHost } from '../../lab/host-command.ts';
import { powerStates } from '../../lab/power-states.ts';
import { makeReflinkFolder, type ReflinkFolder } from '../../lab/reflink-folder.ts';
import { test } from '../../lab/story.ts';
import type { RecordedDisk } from '../../lab/write-recorder.ts';
import { seededRandom } from '../unit/agent/sources/seeded-random.ts';
import { type FirstBootParts, problemsOf, treeOf } from './first-boot-states.ts';
import { passwordHash, webServer } from './payloads.ts';

const seed = Number(process.env.SEED || 1);
const mostStates = Number(process.env.STATES || 10_000);
/** So many of them are booted, which takes a minute each. */
const mostBoots = Number(process.env.BOOTS || 4);
const hours = 6;

test('D5: power fails at any write of a first boot: no half of a file is seen, and no configuration is lost', {
  timeout: hours * 3_600_000,
}, async ({ boot }) => {
  const guest = await boot({ debian: 12, payload: { config: webServer }, recordsWrites: true });
  expect(await guest.waitForBoot()).toBe('running');
  await guest.shutDown();
  const disk = guest.recordedDisk as RecordedDisk;
  const parts = partsOf(disk);
  const copies = await copyFolder();
  const base = join(copies.path, 'base.img');
  await runOnHost('cp', ['--sparse=always', disk.image, base]);
  const known = [await treeOf(base, parts), await finalTree(disk, copies.path)];

  const problems: string[] = [];
  const toBoot: string[] = [];
  const start = performance.now();
  let states = 0;
  for await (const { image, cut, kept } of powerStates(base, disk.log, seededRandom(seed), mostStates)) {
    const isBooted = mostBoots > 0 && states % Math.ceil(mostStates / mostBoots) === 1;
    if (isBooted) toBoot.push(await keep(image, join(copies.path, `boot-${states}.img`)));
    states += 1;
    const found = await problemsOf(image, parts, known, passwordHash);
    problems.push(...found.map((problem) => `${problem} (cut ${cut}, ${kept.length} kept)`));
  }
  const minutes = (performance.now() - start) / 60_000;
  console.log(
    `seed ${seed}: ${states} states of a first boot, ${problems.length} problems, ${Math.round(states / minutes)} per minute`,
  );
  expect(problems.slice(0, 20)).toEqual([]);
  expect(states).toBeGreaterThan(mostStates / 2);

  for (const image of toBoot) await bootState(image, parts, boot);
  console.log(`seed ${seed}: ${toBoot.length} of them were booted, and ended configured`);
});

async function copyFolder(): Promise<ReflinkFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'power-states-'));
  const copies = await makeReflinkFolder(folder);
  onTestFinished(async () => {
    await copies.remove();
    await rm(folder, { recursive: true });
  });
  return copies;
}

function partsOf({ rootBytes, swapBytes }: RecordedDisk): FirstBootParts {
  return { root: { offset: 0, bytes: rootBytes }, swap: { offset: rootBytes, bytes: swapBytes } };
}

async function finalTree(disk: RecordedDisk, folder: string) {
  const final = join(folder, 'final.img');
  await runOnHost('qemu-img', ['convert', '-O', 'raw', disk.overlay, final]);
  return treeOf(final, partsOf(disk));
}

async function keep(image: string, place: string): Promise<string> {
  await runOnHost('cp', ['--reflink=auto', image, place]);
  return place;
}

/** The agent is run again as it is after a power cut: by a guest that boots what is left. */
async function bootState(
  image: string,
  { root, swap }: FirstBootParts,
  boot: (options: BootOptions) => Promise<Guest>,
): Promise<void> {
  const { direct } = await agentImage(12);
  const swapImage = `${image}.swap`;
  const cut = ['bs=1M', 'iflag=skip_bytes,count_bytes', 'status=none'];
  await runOnHost('dd', [`if=${image}`, `of=${swapImage}`, `skip=${swap.offset}`, `count=${swap.bytes}`, ...cut]);
  await runOnHost('truncate', [`--size=${root.bytes}`, image]);
  const guest = await boot({
    debian: 12,
    image: { disk: image, ...(direct === undefined ? {} : { direct }) },
    makeSwap: (target) => copyFile(swapImage, target),
  });
  expect(await guest.waitForBoot()).toBe('running');
  expect(await guest.expect('hostname')).toBe('web1');
  expect(await guest.expect('getent shadow root | cut --delimiter=: --fields=2')).toBe(passwordHash);
  await guest.stop();
}
