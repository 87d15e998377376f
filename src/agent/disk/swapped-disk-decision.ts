import { type DecisionTable, decideAlways } from '../../core/decision/decision-table.ts';
import type { Flags } from '../flags/flag-table.ts';

/**
 * How many changes of its bus the driver of virtio-scsi keeps until the kernel has handled them (VIRTIO_SCSI_EVENT_LEN in
 * drivers/scsi/virtio_scsi.c of Linux). Of those beyond it learns only what is at an address by then.
 */
export const changesKept = 8;

/** A SCSI disk that the kernel takes for the one that was plugged in at its address. */
export interface SwapSubject {
  readonly flags: Pick<Flags, 'CONFIG_ALLOW_MOUNT'>;
  /** How many disks that the agent knew are gone at the same time. */
  readonly disksGone: number;
  /** What it said when it came; undefined if nothing. */
  readonly knownSerial: string | undefined;
  /** What the disk at that address says now; undefined if nothing. */
  readonly serialNow: string | undefined;
}

export const swappedDiskTable: DecisionTable<SwapSubject, 'expel' | 'leave'> = {
  document: 'docs/decisions/swapped-disk.md',
  rows: [
    {
      row: 1,
      code: 'mounting-is-off',
      outcome: 'leave',
      applies: ({ flags }) => !flags.CONFIG_ALLOW_MOUNT && 'CONFIG_ALLOW_MOUNT=0',
    },
    {
      row: 2,
      code: 'nothing-missed',
      outcome: 'leave',
      applies: ({ disksGone }) => disksGone < changesKept && 'the kernel has heard of every disk that went',
    },
    {
      row: 3,
      code: 'no-serial',
      outcome: 'leave',
      applies: ({ knownSerial, serialNow }) =>
        (knownSerial === undefined || serialNow === undefined) && 'it has no serial to be told from another by',
    },
    {
      row: 4,
      code: 'same-disk',
      outcome: 'leave',
      applies: ({ knownSerial, serialNow }) => knownSerial === serialNow && 'it is the disk that it was',
    },
    { row: 5, code: 'swapped', outcome: 'expel', applies: () => 'another disk is in its place' },
  ],
};

/** Whether the kernel is to let go of a disk, as another one is at its address. */
export function isSwapped(subject: SwapSubject): boolean {
  return decideAlways(swappedDiskTable, subject).outcome === 'expel';
}
