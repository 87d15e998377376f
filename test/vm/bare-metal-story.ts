import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach } from 'vitest';
import { type BareMetal, type BareMetalOptions, startBareMetal } from '../../lab/bare-metal.ts';

/** How many times longer than told a test waits: for a machine that is busy with other work. */
const patience = Number(process.env.GANDI_PATIENCE ?? 1);
export const seconds = (count: number) => count * patience;

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

/** A server with a store, and a machine with an empty disk; both are gone after the test. */
export async function start(options: Omit<BareMetalOptions, 'folder'> = {}): Promise<BareMetal> {
  bareMetal = await startBareMetal({ folder, ...options });
  return bareMetal;
}

/** Every step on the way, and when it was reached. */
export async function roadOf(road: BareMetal, limit: number): Promise<string[]> {
  const steps: string[] = [];
  for await (const { state, step, seconds: at, detail } of road.follow(seconds(limit))) {
    steps.push(`${state}/${step}`);
    console.info(`${at} s: ${state}, ${step}${detail === null ? '' : `: ${detail}`}`);
  }
  return steps;
}
