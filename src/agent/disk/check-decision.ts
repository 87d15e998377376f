import type { Flags } from '../flags/flag-table.ts';
import type { AttachedDisk } from './disk-facts.ts';

// e2fsck -p ("preen") is the one repair that is meant to run without anybody looking on: it ends, and changes nothing more,
// where a person would have to choose. XFS, Btrfs and F2FS replay their logs when they are mounted; fsck.fat has no such mode.
const preened: readonly string[] = ['ext2', 'ext3', 'ext4'];

/** The table of docs/decisions/file-system-check.md. @returns undefined if the file system is mounted as it is */
export function checkTool({ device, fileSystem }: AttachedDisk, flags: Flags): 'e2fsck' | undefined {
  if (!flags.CONFIG_FSCK) return undefined;
  if (device.readOnly) return undefined;
  return preened.includes(fileSystem ?? '') ? 'e2fsck' : undefined;
}
