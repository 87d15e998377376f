const text = 'gandi-provision: an installation was cut off here; what follows is a part of its image\n';

/** The first sector of a disk while an image is written to it. No boot loader starts it, and no tool takes it for a table. */
export const unfinishedMark: Uint8Array = Buffer.concat([Buffer.from(text)], 512);

/** @param start of a disk, 512 bytes or more */
export function isUnfinishedMark(start: Uint8Array): boolean {
  return Buffer.from(unfinishedMark).equals(start.subarray(0, unfinishedMark.length));
}
