import { type DiskRecord, untouchedRecord } from '../../../../src/agent/disk/disk-records.ts';
import { device } from '../disk/disk-example.ts';

/** What is on record of /dev/sdb with the sequence 7, mounted. */
export function mountedRecord(mountPoint: string): DiskRecord {
  const sdb = { ...device, name: 'sdb', path: '/dev/sdb', majorMinor: '8:16', diskSequence: 7, serial: 'vol-1' };
  return { ...untouchedRecord(sdb), mountPoint };
}
