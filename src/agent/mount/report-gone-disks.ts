import { basename } from 'node:path';
import { spooler } from '../event/spool.ts';
import { observeDiskOf } from '../../core/block-device/block-devices.ts';
import type { System } from '../../core/system/system.ts';
import { diskRecordKey } from '../disk/disk-record-key.ts';
import { type DiskRecord, readDiskRecords } from '../disk/disk-records.ts';

/**
 * Puts the removal of each disk into the spool of which there is a record and that is gone. A udevd that is restarted while
 * a disk is pulled may tell nobody, and no device is left that could be reported again: its stale mount would stay.
 * @throws AgentError `process.*`
 */
export async function reportGoneDisks(system: System): Promise<void> {
  const records = await readDiskRecords(system);
  let sequence = 0;
  for (const record of records) {
    if (await isThere(record, system)) continue;
    // The kernel's own numbers are far behind those by the time when anything of a disk is written down.
    await system.processes.run(spooler, ['disk'], { environment: removalOf(record, sequence) });
    sequence += 1;
  }
}

async function isThere({ key }: DiskRecord, system: System): Promise<boolean> {
  const { name } = takeApart(key);
  const device = (await observeDiskOf(system, name)).find((each) => each.name === name);
  return device !== undefined && diskRecordKey(name, device.diskSequence) === key;
}

/** What udev says when a disk goes. Its place in sysfs is not known any more: the kernel name is what counts. */
function removalOf({ key, device, uuid, mountPoint }: DiskRecord, sequence: number): Record<string, string> {
  const { name, diskSequence } = takeApart(key);
  return {
    ACTION: 'remove',
    SEQNUM: String(sequence),
    DEVPATH: `/devices/virtual/block/${name}`,
    DEVNAME: device,
    DISKSEQ: diskSequence,
    GANDI_DATA_DISK: '1',
    // Who waits for its folder or its UUID has its turn after it.
    ...(mountPoint === null ? {} : { ID_FS_LABEL_ENC: basename(mountPoint) }),
    ...(uuid === null ? {} : { ID_FS_UUID: uuid }),
  };
}

function takeApart(key: string): { readonly name: string; readonly diskSequence: string } {
  const at = key.lastIndexOf('@');
  return { name: key.slice(0, at), diskSequence: key.slice(at + 1) };
}
