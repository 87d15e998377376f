import type { System } from '../../../core/system/system.ts';
import type { FileSystemPlace } from './file-system-work.ts';

/** Gives everything in a folder that was changed after a time that time. */
export async function clampChanges(folder: string, epoch: number, { processes }: System): Promise<void> {
  const newer = [folder, '-newermt', `@${epoch}`];
  await processes.run('find', [...newer, '-exec', 'touch', '-h', '-c', '-d', `@${epoch}`, '{}', '+'], {
    timeoutSeconds: null,
  });
}

/**
 * Gives every inode of an ext file system one time of reading and one of change: mke2fs takes both from the tree, where
 * they differ from build to build, and nobody can set the second in a tree.
 */
export async function clampInodeTimes(
  { file, offset }: FileSystemPlace,
  epoch: number,
  { processes }: System,
): Promise<void> {
  const device = offset > 0 ? `${file}?offset=${offset}` : file;
  const environment = { E2FSPROGS_FAKE_TIME: String(epoch) };
  const { stdout } = await processes.run('dumpe2fs', [device], { timeoutSeconds: null });
  const lines = usedInodes(stdout).flatMap((inode) =>
    ['ctime', 'atime'].map((field) => `sif <${inode}> ${field} @${epoch}\n`),
  );
  await processes.run('debugfs', ['-w', '-f', '-', device], {
    input: lines.join(''),
    timeoutSeconds: null,
    environment,
  });
}

const rootInode = 2;
const firstOrdinary = 11;

/** From the groups that dumpe2fs(8) lists: `  Free inodes: 7043-8192, 9000`. */
export function usedInodes(groups: string): number[] {
  const count = Number(/^Inode count:\s+(\d+)$/m.exec(groups)?.[1] ?? 0);
  const free = new Set<number>();
  for (const [, ranges = ''] of groups.matchAll(/^ {2}Free inodes: (.*)$/gm))
    for (const [, first, last = first] of ranges.matchAll(/(\d+)(?:-(\d+))?/g))
      for (let inode = Number(first); inode <= Number(last); inode++) free.add(inode);
  const ordinary = Array.from({ length: Math.max(0, count - firstOrdinary + 1) }, (_, index) => firstOrdinary + index);
  return [rootInode, ...ordinary.filter((inode) => !free.has(inode))];
}
