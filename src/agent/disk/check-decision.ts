import { type DecisionTable, decideAlways } from '../../core/decision/decision-table.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { AttachedDisk } from './disk-facts.ts';
import { isReadOnly } from './is-read-only.ts';

// e2fsck -p ("preen") is the one repair that is meant to run without anybody looking on: it ends, and changes nothing more,
// where a person would have to choose. XFS, Btrfs and F2FS replay their logs when they are mounted; fsck.fat has no such mode.
const preened: readonly string[] = ['ext2', 'ext3', 'ext4'];

interface Subject {
  readonly disk: AttachedDisk;
  readonly flags: Flags;
}

export const checkTable: DecisionTable<Subject, 'e2fsck' | undefined> = {
  document: 'docs/decisions/file-system-check.md',
  rows: [
    { row: 1, code: 'off', outcome: undefined, applies: ({ flags }) => !flags.CONFIG_FSCK && 'CONFIG_FSCK=0' },
    { row: 2, code: 'read-only', outcome: undefined, applies: ({ disk }) => isReadOnly(disk) && 'it is read-only' },
    {
      row: 3,
      code: 'no-safe-repair',
      outcome: undefined,
      applies: ({ disk: { fileSystem = '' } }) =>
        !preened.includes(fileSystem) && `no repair of ${fileSystem} is meant to run without anybody looking on`,
    },
    { row: 4, code: 'preened', outcome: 'e2fsck', applies: () => 'e2fsck -p repairs what needs no choice' },
  ],
};

/** @returns undefined if the file system is mounted as it is */
export function checkTool(disk: AttachedDisk, flags: Flags): 'e2fsck' | undefined {
  return decideAlways(checkTable, { disk, flags }).outcome;
}
