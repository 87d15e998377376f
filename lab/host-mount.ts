import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    await letGo();
  };
  return { device, folder, unmount };
}
