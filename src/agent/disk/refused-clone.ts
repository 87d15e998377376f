import { basename } from 'node:path';
import type { System } from '../../core/system/system.ts';
import { type DiskRecord, readDiskRecords } from './disk-records.ts';

/**
 * The device that was left alone as a clone of one that is gone. Of several with a UUID udev gives the link to one that is
 * there, so one look at it does; to read the records of all disks for each that goes would be most of the work.
 * @returns path of the device
 */
export async function observeRefusedClone(system: System, gone: DiskRecord | undefined): Promise<string | undefined> {
  if (gone === undefined || gone.uuid === null || !/^[0-9A-Za-z-]+$/.test(gone.uuid)) return undefined;
  const target = await system.files.linkTarget(`/dev/disk/by-uuid/${gone.uuid}`);
  if (target === undefined) return undefined;
  const records = await readDiskRecords(system, basename(target));
  return records.find(({ uuid, refusal }) => uuid === gone.uuid && refusal === 'same-uuid')?.device;
}
