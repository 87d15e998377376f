/** The types of docs/decisions/data-disk.md, row 9. */
export const ALLOWED_TYPES = new Set(['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'f2fs', 'vfat', 'ntfs', 'iso9660']);
