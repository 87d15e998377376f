import { mkdir } from 'node:fs/promises';
import { runOnHost } from './host-command.ts';

/** A part of a disk's image, in bytes. */
export interface DiskPart {
  readonly offset: number;
  readonly bytes: number;
}

/**
 * Shows a part of a disk's image as a block device.
 * @param part all of it unless told
 */
export async function withLoopDevice(
  image: string,
  part: DiskPart | undefined,
  act: (device: string) => Promise<void>,
): Promise<void> {
  const place = part === undefined ? [] : ['--offset', String(part.offset), '--sizelimit', String(part.bytes)];
  // mount(8) itself would take a device that is there for a file of this inode: that of another file by now, if somebody held it.
  const device = await runOnHost('losetup', ['--find', '--show', ...place, image]);
  try {
    await act(device);
  } finally {
    await runOnHost('losetup', ['--detach', device]);
  }
}

/**
 * Mounts a part of a disk's image.
 * @param folder where it is mounted
 * @param options of mount(8); without `ro` the journal is replayed
 */
export async function withMountedPart(
  image: string,
  part: DiskPart | undefined,
  folder: string,
  options: string,
  act: (mounted: string) => Promise<void>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await withLoopDevice(image, part, async (device) => {
    await runOnHost('mount', ['--options', options, device, folder]);
    try {
      await act(folder);
    } finally {
      await runOnHost('umount', [folder]);
    }
  });
}

/** What is wrong with the ext4 of a part that is not mounted, in the words of e2fsck; undefined if nothing is. */
export async function checkPart(image: string, { offset }: Pick<DiskPart, 'offset'>): Promise<string | undefined> {
  return runOnHost('e2fsck', ['-fn', `${image}?offset=${offset}`]).then(
    () => undefined,
    (error: unknown) => String(error),
  );
}
