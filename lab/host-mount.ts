import { constants } from 'node:fs';
import { mkdtemp, open, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runOnHost } from './host-command.ts';

/** An image that this host has mounted, as a machine beside the guests would. */
export interface HostMount {
  /** Loop device, as this host writes it down on the disk. */
  readonly device: string;
  readonly folder: string;
  /** Once; later calls do nothing. */
  unmount(): Promise<void>;
}

/** @throws Error where the kernel refuses to mount it */
export async function mountOnHost(image: string): Promise<HostMount> {
  const device = (await runOnHost('losetup', ['--find', '--show', image])).trim();
  const folder = await mkdtemp(join(tmpdir(), 'host-mount-'));
  const letGo = async () => {
    await runOnHost('losetup', ['--detach', device]);
    await rmdir(folder);
  };
  try {
    await runOnHost('mount', [device, folder]);
  } catch (error) {
    await letGo();
    throw error;
  }
  let isMounted = true;
  const unmount = async () => {
    if (!isMounted) return;
    isMounted = false;
    await runOnHost('umount', [folder]);
    await untilFree(device);
    await letGo();
  };
  return { device, folder, unmount };
}

/**
 * Until nobody on this host has the file system of a device: what was started with a copy of all mounts, such as a build of an image, has
 * it until it ends. The kernel tells nobody of that.
 * @throws the error of open(2) after a minute
 */
async function untilFree(device: string): Promise<void> {
  for (const end = Date.now() + 60_000; ; await sleep(100)) {
    try {
      // open(2), O_EXCL on a block device: refused while it is mounted anywhere.
      await using _ = await open(device, constants.O_RDONLY | constants.O_EXCL);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
