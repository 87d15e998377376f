import { oneLine } from '../../core/system/one-line.ts';

/** Where the block of multiple mount protection (MMP) of an ext2, ext3 or ext4 lies. */
export interface MmpPlace {
  readonly blockBytes: number;
  readonly block: number;
  /** Seconds between two updates, as chosen when the file system was made. */
  readonly intervalSeconds: number;
}

/** What an MMP block says. Names are made one line each: they are text of the one who wrote to the disk. */
export interface MmpBlock {
  /** `held`: a machine has it mounted, or had when it lost its power; `checked`: e2fsck has it open for writing. */
  readonly state: 'clean' | 'held' | 'checked';
  readonly sequence: number;
  /** Host name of the machine that wrote the block last. */
  readonly node: string;
  /** What that machine calls the disk, `sdb`. */
  readonly device: string;
  /** Seconds since the epoch, by the clock of that machine. */
  readonly updatedAt: number;
  /** How long a held sequence has to stay the same until nobody is behind it. */
  readonly waitSeconds: number;
}

/** Bytes that `mmpPlaceOf` needs, from the start of the device. */
export const superblockBytes = 4096;

// Documentation/filesystems/ext4/super.rst of the kernel: the superblock lies at 1024, little-endian.
const superblock = 1024;
const superblockMagic = 0xef53;
const incompatMmp = 0x100;
const largestLogBlock = 6;

// Documentation/filesystems/ext4/mmp.rst: `struct mmp_struct` and the values of mmp_seq that count nothing.
const mmpMagic = 0x004d4d50;
const cleanSequence = 0xff4d4d50;
const checkedSequence = 0xe24d4d50;
const mmpBytes = 0x72;

/**
 * Reads from a superblock where the MMP block is; super.rst of the kernel.
 * @param start the first `superblockBytes` of the device
 * @returns null where the file system has no MMP; undefined where this is no superblock, or points to no block that can be
 */
export function mmpPlaceOf(start: Buffer): MmpPlace | null | undefined {
  if (start.length < superblock * 2) return undefined;
  const at = start.subarray(superblock);
  if (at.readUInt16LE(0x38) !== superblockMagic) return undefined;
  if ((at.readUInt32LE(0x60) & incompatMmp) === 0) return null;
  const logBlock = at.readUInt32LE(0x18);
  const block = Number(at.readBigUInt64LE(0x168));
  if (logBlock > largestLogBlock || block === 0 || !Number.isSafeInteger(block)) return undefined;
  return { blockBytes: 1024 << logBlock, block, intervalSeconds: at.readUInt16LE(0x166) };
}

/**
 * Reads an MMP block; mmp.rst of the kernel.
 * @param intervalSeconds of the superblock; a larger one in the block counts
 * @returns undefined for any other block
 */
export function parseMmpBlock(block: Buffer, intervalSeconds: number): MmpBlock | undefined {
  if (block.length < mmpBytes || block.readUInt32LE(0) !== mmpMagic) return undefined;
  const sequence = block.readUInt32LE(4);
  return {
    state: stateOf(sequence),
    sequence,
    node: textAt(block, 0x10, 64),
    device: textAt(block, 0x50, 32),
    updatedAt: Number(block.readBigUInt64LE(8)),
    waitSeconds: waitSeconds(Math.max(intervalSeconds, block.readUInt16LE(0x70))),
  };
}

function stateOf(sequence: number): MmpBlock['state'] {
  if (sequence === cleanSequence) return 'clean';
  return sequence === checkedSequence ? 'checked' : 'held';
}

/** ext4_multi_mount_protect of fs/ext4/mmp.c: the kernel waits so long before it believes that nobody is behind a sequence. */
function waitSeconds(interval: number): number {
  return Math.min(2 * interval + 1, interval + 60);
}

function textAt(block: Buffer, offset: number, length: number): string {
  const field = block.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return oneLine(field.subarray(0, end === -1 ? length : end).toString());
}
