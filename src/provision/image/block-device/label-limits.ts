/** Bytes that the label of a file system may have, by type: mke2fs(8), mkfs.xfs(8), mkfs.fat(8), mkswap(8). */
const limits: Readonly<Record<string, number>> = {
  ext2: 16,
  ext3: 16,
  ext4: 16,
  xfs: 12,
  vfat: 11,
  fat: 11,
  swap: 16,
  btrfs: 255,
};

/** What is wrong with a label, as a sentence without its capital; undefined for one that fits. */
export function labelMistake(label: string, type: string): string | undefined {
  const limit = Object.hasOwn(limits, type) ? limits[type] : undefined;
  const bytes = Buffer.byteLength(label);
  // A control character in fstab or in the table of a boot loader ends what stands there.
  if (/\p{Cc}/u.test(label)) return `label ${JSON.stringify(label)} has control characters`;
  if (limit === undefined || bytes <= limit) return undefined;
  return `label ${label} is too long for ${type}: ${bytes} bytes, and ${limit} fit`;
}
