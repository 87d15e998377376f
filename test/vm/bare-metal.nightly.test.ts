import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BareMetal, type BareMetalOptions, startBareMetal } from '../../lab/bare-metal.ts';

/** How many times longer than told a test waits: for a machine that is busy with other work. */
const patience = Number(process.env.GANDI_PATIENCE ?? 1);
const seconds = (count: number) => count * patience;

const missing = await whatIsMissing();
let folder = '';
let bareMetal: BareMetal | undefined;

beforeEach(async ({ skip }) => {
  skip(missing !== undefined, missing);
  folder = await mkdtemp(join(tmpdir(), 'gandi-bare-metal-'));
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail' && bareMetal !== undefined) console.error(await bareMetal.logs());
  await bareMetal?.close();
  bareMetal = undefined;
  if (folder !== '') await rm(folder, { recursive: true });
});

async function whatIsMissing(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'a PreOS is built as root';
  for (const program of ['mmdebstrap', 'cpio', 'zstd', 'ssh', 'qemu-system-x86_64', 'setpriv'])
    if ((await execa('which', [program], { reject: false })).exitCode !== 0) return `${program} is not installed`;
  return undefined;
}

async function start(options: Omit<BareMetalOptions, 'folder'> = {}): Promise<BareMetal> {
  bareMetal = await startBareMetal({ folder, ...options });
  return bareMetal;
}

/** Every step on the way, and when it was reached. */
async function roadOf(road: BareMetal, limit: number): Promise<string[]> {
  const steps: string[] = [];
  for await (const { state, step, seconds: at, detail } of road.follow(seconds(limit))) {
    steps.push(`${state}/${step}`);
    console.info(`${at} s: ${state}, ${step}${detail === null ? '' : `: ${detail}`}`);
  }
  return steps;
}

const hour = 3_600_000;

test(
  'a bare disk boots from our store by HTTP, is installed by our command, and its agent says done',
  async () => {
    const road = await start();
    const steps = await roadOf(road, 1800);
    expect(steps.at(-1)).toBe('done/agent-done');
    expect(steps).toEqual(expect.arrayContaining(['installing/running', 'booted/local-boot']));
    expect(await road.host()).toMatchObject({ state: 'done', name: 'node1' });
    await expect
      .poll(() => road.machine.serialLog(), { timeout: seconds(60_000), interval: 1000 })
      .toMatch(/@@ installed machine node1 +3G/);
  },
  hour,
);

test(
  'a disk with a file system on it is not written, and the host says so',
  async () => {
    const road = await start({ prepareDisk: (disk) => execa('mke2fs', ['-q', '-t', 'ext4', disk]) });
    expect((await roadOf(road, 1200)).at(-1)).toBe('failed/command-failed');
    expect((await road.host())?.detail).toMatch(/blank-disk\.signature/);
  },
  hour,
);
