import { longAnswer } from '../../../core/system/long-answer.ts';
import type { System } from '../../../core/system/system.ts';

/**
 * Gives every inode of a new XFS file system one time, and one generation: mkfs.xfs takes the time of the build, and that of
 * xfsprogs 6.13 random generations too. Nothing else differs between two runs with one UUID. A file system without
 * `bigtime` stays as it is.
 */
export async function clampXfsTimes(file: string, epoch: number, { processes }: System): Promise<void> {
  const read = (commands: string) => longAnswer(processes, 'xfs_db', ['-r', file], commands);
  const own = numbersIn(await read('sb 0\nprint rootino rbmino rsumino\n'));
  const [isBig] = numbersIn(await read(`inode ${own[0]}\nprint v3.bigtime\n`));
  if (isBig !== 1) return;
  // `blockget` reads what `ncheck` lists: the number and a name of each inode but the root.
  const named = inodesIn(await read('blockget -n\nncheck\n'));
  const asked = besides([...own, ...named]).map((inode) => `inode ${inode}\nprint core.magic core.mode v3.inumber\n`);
  const commands = foundIn(await read(asked.join(''))).flatMap((inode) => commandsFor(inode, epoch));
  await longAnswer(processes, 'xfs_db', ['-x', file], `${commands.join('\n')}\n`);
}

/** From lines such as `  131 etc/fstab`. */
export function inodesIn(listed: string): number[] {
  return [...listed.matchAll(/^ *(\d+) /gm)].map(([, inode]) => Number(inode));
}

export interface FoundInode {
  readonly number: number;
  /** Free ones lie between those that are used. */
  readonly isUsed: boolean;
}

/** From what `print` says of what lies at their places; one that is not an inode of that number is left out. */
export function foundIn(printed: string): FoundInode[] {
  return [...printed.matchAll(/^core\.magic = 0x494e\ncore\.mode = (\d+)\nv3\.inumber = (\d+)$/gm)].map(
    ([, mode, number]) => ({ number: Number(number), isUsed: Number(mode) !== 0 }),
  );
}

function commandsFor({ number, isUsed }: FoundInode, epoch: number): string[] {
  const times = isUsed ? ['core.atime', 'core.mtime', 'core.ctime', 'v3.crtime'] : [];
  return [`inode ${number}`, ...times.map((field) => `write ${field}.sec ${bigTime(epoch)}`), 'write core.gen 1'];
}

/** As the disk has it: nanoseconds since the least time of 32 bits; fs/xfs/libxfs/xfs_format.h. */
export function bigTime(epoch: number): string {
  return `0x${((BigInt(epoch) + 2n ** 31n) * 1_000_000_000n).toString(16)}`;
}

/** XFS makes inodes by 64; all numbers of the groups that these are in. */
function besides(inodes: readonly number[]): number[] {
  const groups = new Set(inodes.map((inode) => Math.floor(inode / 64)));
  return [...groups].flatMap((group) => Array.from({ length: 64 }, (_, index) => group * 64 + index));
}

/** From lines such as `rootino = 128`. */
function numbersIn(printed: string): number[] {
  return [...printed.matchAll(/= (\d+)$/gm)].map(([, number]) => Number(number));
}
