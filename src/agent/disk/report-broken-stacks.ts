import type { System } from '../../core/system/system.ts';
import { spooler } from '../event/spool.ts';
import { type DiskRecord, readDiskRecords } from './disk-records.ts';
import { nameIn } from './disk-record-key.ts';
import { observeBroken } from './observe-broken.ts';

/**
 * Puts an event into the spool for each layered device that lies on a disk that is gone: the kernel tells of none, and each is to have
 * its turn like any other. Only for what nothing broken lies on: what is beneath is held by it, and has its event after it.
 * @param except kernel name of a device that has just had its turn
 * @throws AgentError `process.*`
 */
export async function reportBrokenStacks(system: System, except?: string): Promise<void> {
  const broken: DiskRecord[] = [];
  for (const record of await readDiskRecords(system)) {
    if (record.beneath.length === 0) continue;
    if ((await observeBroken(system, nameIn(record.key))) !== undefined) broken.push(record);
  }
  const isTop = ({ key }: DiskRecord) => !broken.some(({ beneath }) => beneath.includes(key));
  for (const record of broken.filter(isTop)) {
    if (nameIn(record.key) === except) continue;
    await system.processes.run(spooler, ['disk'], { environment: changeOf(record) });
  }
}

/** Numbered by its device, with a zero in front that no number of the kernel has: to report one twice is to report it once. */
function changeOf({ key, device, majorMinor }: DiskRecord): Record<string, string> {
  return {
    ACTION: 'change',
    SEQNUM: `0${majorMinor.replace(':', '').padStart(8, '0')}`,
    DEVPATH: `/devices/virtual/block/${nameIn(key)}`,
    DEVNAME: device,
  };
}
