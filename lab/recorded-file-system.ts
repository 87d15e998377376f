import { execa } from 'execa';
import { once } from 'node:events';
import { stat, truncate, writeFile } from 'node:fs/promises';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { withMountedPart } from './disk-part.ts';
import { runOnHost } from './host-command.ts';

/** An image of a disk, and what was written to it. */
export interface RecordedWrites {
  /** As it was before. */
  readonly image: string;
  readonly log: string;
}

/**
 * Has every write to a disk written down while something is done with it: as in a guest, by QEMU, which here serves the image
 * as a file.
 * @param image as it was before; it is not changed
 * @param folder an empty one, for a copy and the log
 * @param act is given the path of the file that stands for the disk
 */
export async function recordWrites(
  image: string,
  folder: string,
  act: (served: string) => Promise<void>,
): Promise<RecordedWrites> {
  const [disk, log, served] = ['disk.img', 'writes.log', 'served'].map((name) => join(folder, name));
  if (disk === undefined || log === undefined || served === undefined) throw new Error(folder);
  await runOnHost('cp', ['--reflink=auto', image, disk]);
  await writeFile(log, '');
  await writeFile(served, '');
  const daemon = execa('qemu-storage-daemon', [
    ...['--blockdev', `driver=file,node-name=disk,filename=${disk}`],
    ...['--blockdev', `driver=file,node-name=log,filename=${log}`],
    ...['--blockdev', 'driver=blklogwrites,node-name=recorder,file=disk,log=log'],
    ...['--export', `fuse,id=served,node-name=recorder,mountpoint=${served},writable=on`],
    ...['--pidfile', join(folder, 'pid')],
  ]);
  try {
    await appearance(folder, 'pid');
    await act(served);
  } finally {
    daemon.kill('SIGTERM');
    await daemon.catch(() => undefined);
  }
  return { image, log };
}

const size = 32 * 2 ** 20;

/**
 * Makes a small ext4, and has every write to it written down while something is done in it.
 * @param folder an empty one, for the images
 * @param prepare what is in it before
 */
export async function recordFileSystem(
  folder: string,
  prepare: (mounted: string) => Promise<void>,
  act: (mounted: string) => Promise<void>,
): Promise<RecordedWrites> {
  const image = join(folder, 'base.img');
  await writeFile(image, '');
  await truncate(image, size);
  await runOnHost('mkfs.ext4', ['-q', image]);
  await withMounted(image, join(folder, 'mounted'), prepare);
  return recordWrites(image, folder, (served) => withMounted(served, join(folder, 'mounted'), act));
}

/** Mounts an image of a file system, and replays its journal by that. */
export async function withMounted(
  image: string,
  folder: string,
  act: (mounted: string) => Promise<void>,
): Promise<void> {
  await withMountedPart(image, undefined, folder, 'rw', act);
}

/** QEMU writes the file once it serves what it was told to. */
async function appearance(folder: string, name: string): Promise<void> {
  const watcher = watch(folder);
  try {
    while ((await stat(join(folder, name)).catch(() => undefined)) === undefined) await once(watcher, 'change');
  } finally {
    watcher.close();
  }
}
