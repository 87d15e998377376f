import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOnHost } from './host-command.ts';

/** A folder in memory in which a copy of a file shares its blocks until one of them is written to. */
export interface ReflinkFolder {
  readonly path: string;
  /** Removes all that is in it. */
  remove(): Promise<void>;
}

const gibibyte = 1024 ** 3;
/** The most that it may hold; it takes memory for what is written only. */
const size = 16 * gibibyte;

/**
 * Makes an XFS for `cp --reflink` (ioctl_ficlone(2)): a copy of a disk of gigabytes takes a millisecond. It is in memory, as
 * each unmount of a file system in it waits for a flush.
 * @param folder for it; nothing of it is on the disk of this host
 */
export async function makeReflinkFolder(folder: string): Promise<ReflinkFolder> {
  const [memory, path] = [join(folder, 'memory'), join(folder, 'copies')];
  for (const each of [memory, path]) await mkdir(each, { recursive: true });
  await runOnHost('mount', ['--types', 'tmpfs', '--options', `size=${size}`, 'none', memory]);
  const image = join(memory, 'xfs.img');
  await writeFile(image, '');
  await truncate(image, size);
  try {
    await runOnHost('mkfs.xfs', ['-q', '-m', 'reflink=1', image]);
    // With discard: blocks of copies that were removed are given back.
    await runOnHost('mount', ['--options', 'loop,discard', image, path]);
  } catch (error) {
    await runOnHost('umount', [memory]);
    throw error;
  }
  // Lazily: who looks at a loop device of a file in it may hold it a moment longer.
  return { path, remove: async () => void (await runOnHost('umount', ['--lazy', path, memory])) };
}
