import type { DiskRecord } from './disk-records.ts';
import { isMountedFrom, type Mount } from '../../core/block-device/mounts.ts';

/** Where the agent mounted the disk, if it still is mounted there. */
export function mountOf(record: DiskRecord, mounts: readonly Mount[]): Mount | undefined {
  const device = { path: record.device, majorMinor: record.majorMinor };
  return mounts.find((mount) => mount.mountPoint === record.mountPoint && isMountedFrom(mount, device));
}
