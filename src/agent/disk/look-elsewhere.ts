import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';
import type { DiskRecord } from './disk-records.ts';
import { writeDiskRecord } from './disk-records.ts';
import { findMountElsewhere, leftAlone, refuseElsewhere } from './find-mount-elsewhere.ts';
import { type MeantDisk, requireSameDisk } from './require-same-disk.ts';

/** Goes on only where no other machine has the file system of a disk. */
export interface RequireNotElsewhere extends MeantDisk {
  readonly kind: 'require-not-elsewhere';
  /** Of the disk as it is, for the case that nothing is on record yet. */
  readonly untouched: DiskRecord;
}

/** Looks again at a disk that another machine had: it goes on record whether that is so still. */
export interface LookElsewhere extends MeantDisk {
  readonly kind: 'look-elsewhere';
  readonly record: DiskRecord;
}

export const requireNotElsewhereKind: ActionKind<RequireNotElsewhere> = {
  kind: 'require-not-elsewhere',
  describe: ({ device }) => `look whether another machine has ${device} mounted`,
  deviceOf: ({ device }) => device,
  isBookkeeping: () => true,
  apply: requireNotElsewhere,
};

export const lookElsewhereKind: ActionKind<LookElsewhere> = {
  kind: 'look-elsewhere',
  describe: ({ device }) => `look whether another machine has ${device} mounted still`,
  deviceOf: ({ device }) => device,
  isBookkeeping: () => true,
  apply: lookElsewhere,
};

/** @throws AgentError `disk.mounted-elsewhere`, `disk.replaced`, `process.*`, `file-system.mmp-unreadable` */
async function requireNotElsewhere(action: RequireNotElsewhere, system: System): Promise<void> {
  await requireSameDisk(action, 'use', system);
  const mount = await findMountElsewhere(system, action.device);
  if (mount !== undefined)
    throw await refuseElsewhere(system, action.device, action.diskSequence, mount, action.untouched);
}

/** @throws AgentError `disk.replaced`, `process.*`, `file-system.mmp-unreadable` */
async function lookElsewhere(action: LookElsewhere, system: System): Promise<void> {
  await requireSameDisk(action, 'use', system);
  const mount = await findMountElsewhere(system, action.device);
  await writeDiskRecord(system, mount === undefined ? letGo(action.record) : leftAlone(action.record, mount, system));
}

/** What else is on record, such as that the kernel refuses writes to it, stays so. */
function letGo(record: DiskRecord): DiskRecord {
  return { ...record, refusal: null, mountedElsewhere: null, note: 'no other machine has it mounted any more' };
}
