import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { powerStates } from '../../../lab/power-states.ts';
import { makeReflinkFolder } from '../../../lab/reflink-folder.ts';
import { seededRandom } from '../../unit/agent/sources/seeded-random.ts';
import { requirePrograms } from '../agent/action/loop-disk.ts';
import { problemsAfterRepair, problemsOf, recordUpgrade, upgradeByDpkg, upgradeInPlace } from './upgrade-states.ts';

const seed = Number(process.env.SEED || 1);
const mostStates = Number(process.env.STATES || 10_000);
/** In so many of them the package is installed again. */
const mostRepairs = Number(process.env.REPAIRS || 20);
const timeout = 6 * 3_600_000;

beforeEach((context) =>
  requirePrograms(context, {
    'mkfs.xfs': 'xfsprogs',
    mmdebstrap: 'mmdebstrap',
    'qemu-storage-daemon': 'qemu-system-common',
  }),
);

async function copyFolder(): Promise<string> {
  const folder = await mkdtemp(`${tmpdir()}/upgrade-power-`);
  const copies = await makeReflinkFolder(folder);
  onTestFinished(async () => {
    await copies.remove();
    await rm(folder, { recursive: true });
  });
  return copies.path;
}

test('whenever the power fails while the package is upgraded, what an admin edited is whole, and to install it again ends in a working agent', {
  timeout,
}, async () => {
  const recorded = await recordUpgrade(await copyFolder(), upgradeByDpkg);
  const { image: base, log } = recorded;
  const problems: string[] = [];
  let [states, repairs] = [0, 0];
  const start = performance.now();
  for await (const { image, cut, kept } of powerStates(base, log, seededRandom(seed), mostStates)) {
    const found = await problemsOf(image, recorded);
    if (states % Math.ceil(mostStates / mostRepairs) === 0) {
      repairs += 1;
      found.push(...(await problemsAfterRepair(image, recorded)).map((problem) => `installed again: ${problem}`));
    }
    states += 1;
    problems.push(...found.map((problem) => `${problem} (cut ${cut}, ${kept.length} kept)`));
  }
  const minutes = (performance.now() - start) / 60_000;
  console.log(
    `seed ${seed}: ${states} states of an upgrade, ${repairs} installed again, ${problems.length} problems, ${Math.round(states / minutes)} per minute`,
  );
  expect(problems.slice(0, 20)).toEqual([]);
  expect(states).toBeGreaterThan(Math.min(20, mostStates / 2));
});

test('files of a package that are written in place are halves after some of the cuts', { timeout }, async () => {
  const recorded = await recordUpgrade(await copyFolder(), upgradeInPlace);
  let [states, broken] = [0, 0];
  for await (const { image } of powerStates(
    recorded.image,
    recorded.log,
    seededRandom(seed),
    Math.min(mostStates, 60),
  )) {
    states += 1;
    if ((await problemsOf(image, recorded)).some((problem) => problem.startsWith('half: '))) broken += 1;
  }
  console.log(`seed ${seed}: ${broken} of ${states} states have half of a file`);
  expect(broken).toBeGreaterThan(0);
});
