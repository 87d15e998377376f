import { isMountedFrom, type Mount } from '../../core/block-device/mounts.ts';
import { handsOver, type UdevRules } from '../facts/udev-rules.ts';
import type { Flags } from '../flags/flag-table.ts';
import { diskRecordKey } from './disk-record-key.ts';
import type { AttachedDisk, DiskFacts } from './disk-facts.ts';
import type { DiskRecord } from './disk-records.ts';
import { mountOf } from './mount-of.ts';
import { type Refusal, refusal } from './refusals.ts';

/**
 * What a block device is to this machine now, from the table of mounts, the agent's record, the flags and the rules together. All
 * that is said about disks is said by this.
 */
export type DiskState =
  /** It is not there (any more). */
  | { readonly kind: 'gone' }
  | { readonly kind: 'mounted'; readonly mountPoint: string; readonly isOurs: boolean }
  /** It is mounted, and another mount lies over its folder: its files cannot be reached there. */
  | { readonly kind: 'hidden'; readonly mountPoint: string; readonly under: string }
  /** autofs mounts it when somebody enters its folder. */
  | { readonly kind: 'on-demand'; readonly mountPoint: string }
  /** It was left to autofs, which does not serve its folder any more. */
  | { readonly kind: 'not-served'; readonly mountPoint: string }
  /** A person had it detached. */
  | { readonly kind: 'detached' }
  /** The agent mounted it, and somebody else unmounted it. */
  | { readonly kind: 'unmounted'; readonly mountPoint: string }
  | { readonly kind: 'swap' }
  /** A row of docs/decisions/data-disk.md speaks against mounting it. */
  | { readonly kind: 'left-alone'; readonly code: string; readonly because: string }
  /** Nothing speaks against it, and no event tells the agent of it: the rules do not hand it over. */
  | { readonly kind: 'not-handed-over'; readonly rules: string; readonly mountPoint: string }
  /** Nothing speaks against mounting it there. */
  | { readonly kind: 'ready'; readonly mountPoint: string };

/** @param rules those that udev has for the agent; undefined without any */
export function diskState(facts: DiskFacts, flags: Flags, rules: UdevRules | undefined): DiskState {
  const { attached } = facts;
  if (attached === undefined) return { kind: 'gone' };
  const record = recordOfDisk(attached, facts);
  return mountedState(attached, record, facts) ?? keptState(record, facts) ?? openState(attached, facts, flags, rules);
}

/** What the agent did with this very disk, and not with another that had its kernel name. */
export function recordOfDisk(
  { device }: AttachedDisk,
  { records }: Pick<DiskFacts, 'records'>,
): DiskRecord | undefined {
  const key = diskRecordKey(device.name, device.diskSequence);
  return records.find((each) => each.key === key);
}

function mountedState(
  { device, isSystemDisk }: AttachedDisk,
  record: DiskRecord | undefined,
  { mounts }: DiskFacts,
): DiskState | undefined {
  const ours = record === undefined ? undefined : mountOf(record, mounts);
  const mount = ours ?? mounts.find((each) => isMountedFrom(each, device));
  if (mount === undefined) return undefined;
  const { mountPoint } = mount;
  // That the system runs from it says more.
  if (mountPoint === '/' && isSystemDisk) return undefined;
  const over = coverOf(mount, mounts);
  if (over !== undefined) return { kind: 'hidden', mountPoint, under: over.mountPoint };
  return { kind: 'mounted', mountPoint, isOurs: ours !== undefined };
}

/** What hides a mount. The kernel lists mounts in the order in which they were made: one that came later at the same folder or above it lies over it. */
export function coverOf(mount: Mount, mounts: readonly Mount[]): Mount | undefined {
  const later = mounts.slice(mounts.indexOf(mount) + 1);
  return later.find(
    ({ mountPoint, majorMinor }) =>
      majorMinor !== mount.majorMinor &&
      (mountPoint === mount.mountPoint || mount.mountPoint.startsWith(`${mountPoint}/`)),
  );
}

/** What the record says of a disk that is not mounted. */
function keptState(record: DiskRecord | undefined, { automount }: DiskFacts): DiskState | undefined {
  if (record === undefined) return undefined;
  if (record.isDetached) return { kind: 'detached' };
  const { mountPoint, isBeingMounted, onDemand } = record;
  if (mountPoint === null || isBeingMounted || !onDemand) return undefined;
  return { kind: automount === 'ours' ? 'on-demand' : 'not-served', mountPoint };
}

function openState(attached: AttachedDisk, facts: DiskFacts, flags: Flags, rules: UdevRules | undefined): DiskState {
  if (attached.isSwap) return { kind: 'swap' };
  const refused = refusalOf(attached, facts, flags);
  if (refused !== undefined) return { kind: 'left-alone', code: refused.code, because: refused.because };
  const record = recordOfDisk(attached, facts);
  if (record?.mountPoint && !record.isBeingMounted) return { kind: 'unmounted', mountPoint: record.mountPoint };
  const { path } = facts.mountPoint;
  if (rules !== undefined && !handsOver(rules, 'disk')) {
    return { kind: 'not-handed-over', rules: rules.path, mountPoint: path };
  }
  return { kind: 'ready', mountPoint: path };
}

/** That the system is on a disk says more than that no line of the rules marks it. */
function refusalOf(attached: AttachedDisk, facts: DiskFacts, flags: Flags): Refusal | undefined {
  if (attached.isSystemDisk)
    return refusal({ ...attached, isDataDisk: true }, facts, { ...flags, CONFIG_ALLOW_MOUNT: true });
  return refusal(attached, facts, flags);
}
