import { type DecisionTable, decideAlways } from '../../core/decision/decision-table.ts';

export interface DriveFacts {
  /** As lsblk(8) names it: `disk`, `part`, `loop`; undefined for what is not a block device. */
  readonly type: string | undefined;
  /** Kernel name, as a path: `/dev/sda`. */
  readonly name: string;
  /** All devices that the file system of `/` lies on, down to the disks. */
  readonly underSystem: readonly string[];
  /** The same for the tree; empty where nothing is mounted there. */
  readonly underTree: readonly string[];
}

export const driveTable: DecisionTable<DriveFacts, 'refuse' | 'install'> = {
  document: 'docs/decisions/preos-drive.md',
  rows: [
    {
      row: 1,
      code: 'no-drive',
      outcome: 'refuse',
      applies: ({ type }) => (type === undefined || type === 'part') && 'it is not a whole disk',
    },
    {
      row: 2,
      code: 'system-drive',
      outcome: 'refuse',
      applies: ({ name, underSystem }) => underSystem.includes(name) && 'the running system is on it',
    },
    {
      row: 3,
      code: 'tree-elsewhere',
      outcome: 'refuse',
      applies: ({ name, underTree }) =>
        !underTree.includes(name) && 'the tree is not the top of a file system on this drive',
    },
    { row: 4, code: 'loader', outcome: 'install', applies: () => 'the tree is mounted from it' },
  ],
};

/** Whether a boot loader may be written to a drive, for the tree that is to be started from it. */
export function decideDrive(facts: DriveFacts) {
  return decideAlways(driveTable, facts);
}
