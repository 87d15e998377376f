import { basename, dirname } from 'node:path';
import { isCountedByOpening } from '../../core/block-device/disk-sequence.ts';
import type { System } from '../../core/system/system.ts';
import type { SpooledEvent } from './spool.ts';

// The kernel answers a pulled disk's reads with errors some time before it takes the disk out of sysfs (virtio-scsi does
// that in a work queue). A failure is rare, so it may cost a moment.
const graceSeconds = 1;
const pollSeconds = 0.05;

/**
 * Whether the block device that an event told of has gone, or goes within a moment. Another device that has its name by
 * now is not the one: DISKSEQ tells them apart.
 */
export async function isGone(event: SpooledEvent, system: System): Promise<boolean> {
  const end = system.clock.monotonic() + graceSeconds;
  while (await isThere(event, system)) {
    if (system.clock.monotonic() >= end) return false;
    await system.clock.sleep(pollSeconds);
  }
  return true;
}

async function isThere({ devicePath, properties }: SpooledEvent, { files }: System): Promise<boolean> {
  const folder = `/sys${devicePath}`;
  const { DISKSEQ, DEVTYPE } = properties;
  const disk = DEVTYPE === 'partition' ? dirname(folder) : folder;
  try {
    if ((await files.status(folder)) === undefined) return false;
    if (isCountedByOpening(basename(disk))) return true;
    const sequence = await files.read(`${disk}/diskseq`);
    return DISKSEQ === undefined || sequence === undefined || sequence.trim() === DISKSEQ;
  } catch {
    // ENODEV and its kin: sysfs takes the device down at this moment.
    return false;
  }
}
