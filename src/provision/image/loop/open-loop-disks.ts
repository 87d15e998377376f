import { openFiles } from '../../../core/system/files.ts';
import type { System } from '../../../core/system/system.ts';
import { installBootLoader } from '../output/boot-loader.ts';
import { type Disk, makeDisks } from '../output/make-disks.ts';
import type { OutputRequest } from '../output/output-request.ts';
import { attachLoop } from './attach-loop.ts';
import { type LoopMount, loopMounts } from './loop-mounts.ts';
import { makeVolumes } from './make-volumes.ts';

/** The disks of a build while hooks work on them as devices. */
export interface LoopDisks {
  /** The whole disk's device, by the name of the disk. */
  readonly wholes: ReadonlyMap<string, string>;
  /** These, and those of the mounted file systems. */
  readonly devices: readonly string[];
  /** Unmounts all and lets go of the devices. The tree is then as it was before. @returns the finished raw images */
  finish(): Promise<Disk[]>;
}

/**
 * Makes the disks of a tree, and mounts their file systems in its place. No device outlives the build: those of the mounts
 * go with them, and a whole disk's with the last process that has it open, which is this one.
 * @throws AgentError as `makeDisks`, or what mount and losetup said
 */
export async function openLoopDisks(request: OutputRequest, system: System): Promise<LoopDisks> {
  const disks = await makeDisks(request, system, makeVolumes);
  const mounts = loopMounts(request.blockDevices, disks, request.tree);
  // Before the whole disk is attached: mount(8) refuses a part of a file that a loop device has already.
  for (const { words } of mounts) await system.processes.run('mount', words, { timeoutSeconds: null });
  const attached = await Promise.all(
    disks.map(async ({ name, path }) => ({ name, ...(await attachLoop([path], system)) })),
  );
  return {
    wholes: new Map(attached.map(({ name, device }) => [name, device])),
    devices: (await Promise.all(disks.map(({ path }) => devicesOf(path, system)))).flat(),
    finish: async () => {
      // What was written to a device is in its file once nobody has it open.
      for (const { release } of attached) await release();
      for (const { layout, path } of disks) await installBootLoader(layout, path, openFiles(request.tree), system);
      await unmount(mounts, system);
      return disks;
    },
  };
}

async function devicesOf(path: string, { processes }: System): Promise<string[]> {
  const words = ['--associated', path, '--noheadings', '--raw', '--output', 'NAME'];
  return (await processes.run('losetup', words)).stdout.split('\n').filter((name) => name !== '');
}

/** Blocks of removed files are given back first, so that they take no room in the image. */
async function unmount(mounts: readonly LoopMount[], { processes }: System): Promise<void> {
  for (const { folder } of [...mounts].reverse()) {
    await processes.run('fstrim', ['--quiet-unsupported', folder], { timeoutSeconds: null });
    await processes.run('umount', ['-n', folder], { timeoutSeconds: null });
  }
}
