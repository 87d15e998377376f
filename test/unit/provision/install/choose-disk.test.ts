import { expect, test } from 'vitest';
import { chooseDisk } from '../../../../src/provision/install/choose-disk.ts';
import { device } from '../../agent/disk/disk-example.ts';

const disk = (name: string, more: object = {}) => ({ ...device, name, path: `/dev/${name}`, serial: null, ...more });
const partition = { number: 1, startBytes: 2 ** 20, name: null, uuid: null };
const nameOf = (chosen: ReturnType<typeof chooseDisk>) => (chosen.kind === 'one' ? chosen.disk.name : chosen.kind);

test('the only disk is the one', () => {
  const parts = [disk('sda'), disk('sda1', { partition, parent: 'sda' })];
  expect(nameOf(chooseDisk(parts, null))).toBe('sda');
});

test.each([
  ['a drive for CDs', disk('sr0', { isCdRom: true })],
  ['a stick', disk('sdb', { removable: true })],
  ['a loop device', disk('loop0', { bus: 'loop' })],
  ['memory', disk('zram0')],
  ['a RAID', disk('md127')],
  ['a volume', disk('dm-0')],
])('%s is no disk to install on', (_, other) => {
  expect(nameOf(chooseDisk([other], null))).toBe('none');
  expect(nameOf(chooseDisk([disk('nvme0n1'), other], null))).toBe('nvme0n1');
});

test('of several disks none is taken, whatever their size or order', () => {
  const disks = [disk('sda', { sizeBytes: 2 ** 30 }), disk('sdb', { sizeBytes: 2 ** 40 })];
  expect(chooseDisk(disks, null)).toEqual({ kind: 'several', disks });
});

test.each(['/dev/sdb', '/dev/disk/by-path/pci-0000:00:05.0', 'S3CR'])('%s names one of two', (wanted) => {
  const named = disk('sdb', { serial: 'S3CR', links: ['/dev/disk/by-path/pci-0000:00:05.0'] });
  expect(nameOf(chooseDisk([disk('sda'), named], wanted))).toBe('sdb');
});

test('a name that no disk has is none, also where there is only one disk', () => {
  expect(chooseDisk([disk('sda')], '/dev/sdc')).toEqual({ kind: 'none' });
});

test('a serial number that two disks have decides nothing', () => {
  const disks = [disk('sda', { serial: 'SAME' }), disk('sdb', { serial: 'SAME' })];
  expect(chooseDisk(disks, 'SAME').kind).toBe('several');
});
