import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { builtPackage } from '../lab/agent-image.ts';
import { measureBuild, openSmallBuild } from '../test/integration/provision/small-build.ts';
import { dryRun, measureTriggers } from '../test/integration/provision/trigger-load.ts';
import { measureUnchanged } from './netboot.ts';
import { measurePlanner } from './planner.ts';
import { measureStart } from './start.ts';

interface Row {
  readonly what: string;
  readonly value: string;
}

const megabyte = 1e6;

/** Everything that needs no guest, as it is shown. */
export async function measureWithoutGuests(): Promise<Row[]> {
  const start = measureStart('dist/gandi-agent', 40);
  const { ours, original } = await measureUnchanged();
  const { packed, installed } = await sizes();
  const { whole, bare } = await measureImage();
  const triggers = await measureTriggersOnce();
  return [
    { what: 'start of the executable, `--version`', value: `${start.agent.toFixed(1)} ms` },
    { what: 'the same Node doing nothing, in turns with it', value: `${start.node.toFixed(1)} ms` },
    { what: 'ratio of the two', value: start.ratio.toFixed(2) },
    { what: 'deb', value: `${(packed / megabyte).toFixed(1)} MB` },
    { what: 'installed, on disk', value: `${(installed / megabyte).toFixed(1)} MB` },
    {
      what: 'plan for one disk among 1,000 and 10,000 mounts',
      value: `${(measurePlanner(1000, 10_000) / 1000).toFixed(3)} ms`,
    },
    {
      what: 'plan for one disk among 100 and 1,000 mounts',
      value: `${(measurePlanner(100, 1000) / 100).toFixed(3)} ms`,
    },
    { what: 'import of 100 releases of which none has changed', value: `${ours.seconds.toFixed(1)} s` },
    { what: "the same as MAAS's script of 2012 does it", value: `${original.seconds.toFixed(1)} s` },
    { what: 'build of a small image as raw, tar and qcow2, processor', value: `${whole.processor.toFixed(2)} s` },
    { what: 'the same by tar, mke2fs and qemu-img, in turns with it', value: `${bare.processor.toFixed(2)} s` },
    { what: '200 triggers at once, the last answered', value: `${triggers.ours.slowest.toFixed(2)} s` },
    { what: 'the same at a server that does nothing', value: `${triggers.bare.slowest.toFixed(2)} s` },
  ];
}

async function measureImage() {
  const build = await openSmallBuild();
  try {
    // The first reads its programs from the disk.
    await measureBuild(build);
    return await measureBuild(build);
  } finally {
    await build.workshop.remove();
  }
}

async function measureTriggersOnce() {
  const serving = await dryRun();
  try {
    await measureTriggers(serving.port);
    return await measureTriggers(serving.port);
  } finally {
    await serving.close();
  }
}

export function renderPlain(rows: readonly Row[]): string[] {
  return ['| what | |', '| --- | --- |', ...rows.map(({ what, value }) => `| ${what} | ${value} |`)];
}

/** In bytes; installed is what the blocks of a file system take, so that holes do not count. */
async function sizes(): Promise<{ readonly packed: number; readonly installed: number }> {
  const deb = await builtPackage();
  const folder = await mkdtemp(join(tmpdir(), 'gandi-bench-'));
  try {
    await execa('dpkg-deb', ['--extract', deb, folder]);
    // As the package does when it is installed.
    await execa('fallocate', ['--dig-holes', join(folder, 'usr/lib/gandi/gandi-agent')]);
    const { stdout } = await execa('du', ['--summarize', '--block-size=1', folder]);
    return { packed: (await stat(deb)).size, installed: Number(stdout.split('\t')[0]) };
  } finally {
    await rm(folder, { recursive: true });
  }
}
