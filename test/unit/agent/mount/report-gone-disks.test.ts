import { expect, test } from 'vitest';
import { reportGoneDisks } from '../../../../src/agent/mount/report-gone-disks.ts';
import type { DiskRecord } from '../../../../src/agent/disk/disk-records.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { record } from '../disk/disk-example.ts';
import { fakeMachine, sysfsDevice } from '../facts/fake-machine.ts';

/** What is put into the spool where sdb, number 7 since boot, is attached, and these disks are in the records. */
async function reported(...records: readonly DiskRecord[]): Promise<Readonly<Record<string, string>>[]> {
  const sdb = sysfsDevice('/sys/block/sdb', { dev: '8:16', size: '2048', diskseq: '7' });
  const files = records.map((each) => [`/run/gandi/disks/${each.key}.json`, JSON.stringify(each)]);
  const link = { '/sys/class/block/sdb': '->../../devices/pci0/block/sdb' };
  const system = await fakeMachine({ ...sdb, ...link, ...Object.fromEntries(files) });
  const told: Readonly<Record<string, string>>[] = [];
  const run: System['processes']['run'] = async (tool, args, { environment = {} } = {}) => {
    expect([tool, args]).toEqual(['/usr/lib/gandi/spool-event', ['disk']]);
    told.push(environment);
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  await reportGoneDisks({ ...system, processes: { ...system.processes, run } });
  return told;
}

test('a disk that is there is not reported', async () => {
  expect(await reported(record)).toEqual([]);
});

test('a disk that is gone is, as udev does it', async () => {
  const gone = { ...record, key: 'sdc@8', device: '/dev/sdc' };
  expect(await reported(record, gone)).toEqual([
    {
      ACTION: 'remove',
      SEQNUM: '0',
      DEVPATH: '/devices/virtual/block/sdc',
      DEVNAME: '/dev/sdc',
      DISKSEQ: '8',
      GANDI_DATA_DISK: '1',
      ID_FS_LABEL_ENC: 'data',
      ID_FS_UUID: record.uuid,
    },
  ]);
});

test('the one whose kernel name another disk has now is gone, and each has an entry of its own', async () => {
  const gone = { ...record, key: 'sdb@6', uuid: null, mountPoint: null };
  const told = await reported(record, gone, { ...gone, key: 'sdd@5', device: '/dev/sdd' });
  expect(told.map(({ DISKSEQ }) => DISKSEQ)).toEqual(['6', '5']);
  expect(new Set(told.map(({ SEQNUM }) => SEQNUM)).size).toBe(2);
});
