import { mkdir } from 'node:fs/promises';
import { runOnHost } from './host-command.ts';

/**
 * Shows a part of a disk's image as a block device, and what is mounted of it.
 * @param bytes from the start of the image
 * @param folder where it is mounted
 * @param options of mount(8); without `ro` the journal is replayed
 * @returns what is wrong with its file system afterwards, in the words of e2fsck; undefined if nothing is
 */
export async function withMountedPart(
  image: string,
  bytes: number,
  folder: string,
  options: string,
  act: (mounted: string) => Promise<void>,
): Promise<string | undefined> {
  await mkdir(folder, { recursive: true });
  const device = await runOnHost('losetup', ['--find', '--show', '--sizelimit', String(bytes), image]);
  try {
    await runOnHost('mount', ['--options', options, device, folder]);
    try {
      await act(folder);
    } finally {
      await runOnHost('umount', [folder]);
    }
    return await runOnHost('e2fsck', ['-fn', device]).then(
      () => undefined,
      (error: unknown) => String(error),
    );
  } finally {
    await runOnHost('losetup', ['--detach', device]);
  }
}
