import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { growFileSystem } from '../../../../src/agent/disk/grow-file-system.ts';
import { growPartition } from '../../../../src/agent/disk/grow-partition.ts';
import { planRootGrowth } from '../../../../src/agent/disk/plan-root-growth.ts';
import { observeRootDisk } from '../../../../src/agent/disk/root-disk.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { machineWith } from '../action/loop-disk.ts';

/** This machine, as if its `/` were on that partition; what is kept of its disk is kept in a folder of the test. */
export function machineOnPartition(partition: string, fileSystem = 'ext4'): System {
  const majorMinor = readFileSync(`/sys/class/block/${basename(partition)}/dev`, 'utf8').trim();
  const mountinfo = `22 1 ${majorMinor} / / rw,relatime - ${fileSystem} /dev/root rw\n`;
  const machine = machineWith({ files: { '/proc/self/mountinfo': mountinfo } });
  const folder = mkdtempSync(join(tmpdir(), 'kept-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const place = (path: string) => (path.startsWith('/var/lib/gandi') ? join(folder, path) : path);
  const files: System['files'] = {
    ...machine.files,
    replace: (path, content, options) => machine.files.replace(place(path), content, options),
    makeDirectory: (path, mode) => machine.files.makeDirectory(place(path), mode),
    read: (path) => machine.files.read(path.startsWith('/var/lib/gandi') ? place(path) : path),
  };
  return { ...machine, files };
}

/** Has the partition of `/` enlarged. @throws Error with the row's code where it is left as it is */
export async function growRootPartition(system: System): Promise<void> {
  const facts = await observeRootDisk(system);
  const [action] = planRootGrowth(facts, parseFlags('').flags).steps.flatMap(({ actions }) => actions);
  if (action?.kind !== 'grow-partition') throw new Error(`${facts.disk?.path}: its partition is not to be grown`);
  await growPartition(action, system);
}

/**
 * Does what bootstrap does about `/` and its disk, round by round; what it remembers of it is left out.
 * @param mountedAt where the partition is mounted on this machine
 */
export async function growRoot(system: System, mountedAt: string): Promise<void> {
  for (const kind of ['grow-partition', 'grow-file-system'] as const) {
    const { steps } = planRootGrowth(await observeRootDisk(system), parseFlags('').flags);
    for (const action of steps.flatMap(({ actions }) => actions)) {
      if (action.kind !== kind) continue;
      if (action.kind === 'grow-partition') await growPartition(action, system);
      else await growFileSystem({ ...action, mountPoint: mountedAt }, machineWith({}));
    }
  }
}
