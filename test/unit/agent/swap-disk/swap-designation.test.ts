import { expect, test } from 'vitest';
import { decide } from '../../../../src/core/decision/decision-table.ts';
import { designateSwapDisk, swapFlagTable } from '../../../../src/agent/swap-disk/swap-designation.ts';
import type { BlockDevice } from '../../../../src/core/block-device/block-devices.ts';
import {
  bootDisk,
  disk,
  mountOf,
  partitionOf,
  rootMount,
  swapDisk,
  withPartitions,
} from '../disk/swap-disk-example.ts';

function designate(devices: readonly BlockDevice[], swapDevice: string | null = null) {
  const designation = designateSwapDisk(devices, [rootMount], { swapDevice });
  if (designation.kind === 'one') return [designation.disk.name, designation.swapDevice.name, designation.by];
  if (designation.kind === 'several') return designation.candidates.map((candidate) => candidate.swapDevice.name);
  return designation.kind;
}

const dataDisk = disk('sdb', { bus: 'scsi', vendor: 'gandi.ne', serial: 'customer-1' });
const xenDisk = disk('xvdz', { bus: 'xen' });

test('D1: a second SCSI disk is never the swap disk because it is there', () => {
  expect(designate([bootDisk, disk('sda', { bus: 'scsi' }), dataDisk])).toBe('none');
});

test('D1: sdb is not a swap disk with a GPT on it either', () => {
  expect(designate([bootDisk, ...withPartitions(dataDisk, [partitionOf(dataDisk, 1, null)])])).toBe('none');
});

test("D6: a partition named gandiswap on a customer's disk, a clone of another VM's system disk, designates nothing", () => {
  const clone = withPartitions(dataDisk, [
    partitionOf(dataDisk, 1, 'gandiroot'),
    partitionOf(dataDisk, 2, 'gandiswap'),
  ]);
  expect(designate([bootDisk, ...clone])).toBe('none');
});

test('D6: the links by label and by partition label are not even looked at', () => {
  const links = ['/dev/disk/by-label/swap', '/dev/disk/by-partlabel/gandiswap'];
  expect(designate([bootDisk, { ...dataDisk, links }])).toBe('none');
});

test("row 74: the boot disk's own gandiswap partition", () => {
  const boot = withPartitions(bootDisk, [partitionOf(bootDisk, 2, 'gandiswap')]);
  expect(designate(boot)).toEqual(['vda', 'vda2', 'boot-disk-partition']);
});

test.each([
  ['sda', 'scsi', 'sda2'],
  ['vda', 'virtio', 'vda2'],
  ['xvda', 'xen', 'xvda2'],
  ['nvme0n1', 'nvme', 'nvme0n1p2'],
] as const)('row 74: the boot disk is %s', (name, bus, partition) => {
  const boot = { ...bootDisk, name, path: `/dev/${name}`, bus };
  const swap = partitionOf(boot, 2, 'gandiswap', { name: partition, path: `/dev/${partition}` });
  expect(designate(withPartitions(boot, [swap]))).toEqual([name, partition, 'boot-disk-partition']);
});

test('row 74: the boot disk is found below LVM', () => {
  const part = partitionOf(bootDisk, 1, null, { holders: ['dm-0'] });
  const swap = partitionOf(bootDisk, 2, 'gandiswap');
  const devices = [...withPartitions(bootDisk, [part, swap]), disk('dm-0', { bus: 'other', majorMinor: '253:0' })];
  const designation = designateSwapDisk(devices, [mountOf('253:0', '/')], { swapDevice: null });
  expect(designation).toMatchObject({ kind: 'one', swapDevice: { name: 'vda2' } });
});

test.each([
  ['the whole disk', [xenDisk], ['xvdz', 'xvdz', 'xen-name']],
  ['its first partition', withPartitions(xenDisk, [partitionOf(xenDisk, 1, null)]), ['xvdz', 'xvdz1', 'xen-name']],
  [
    'its gandiswap partition before the first',
    withPartitions(xenDisk, [partitionOf(xenDisk, 1, null), partitionOf(xenDisk, 2, 'gandiswap')]),
    ['xvdz', 'xvdz2', 'xen-name'],
  ],
])('row 75: on the Xen bus xvdz, %s', (_, devices, expected) => {
  expect(designate([bootDisk, ...devices])).toEqual(expected);
});

test('row 75: a disk that is named xvdz on another bus is not the swap disk', () => {
  expect(designate([bootDisk, disk('xvdz', { bus: 'virtio' })])).toBe('none');
});

test.each(['virtio', 'scsi', 'nvme'] as const)('row 76: the serial gandiswap on %s', (bus) => {
  expect(designate([bootDisk, disk('vdc', { bus, serial: 'gandiswap' })])).toEqual(['vdc', 'vdc', 'serial']);
});

test.each(['gandiswap1', 'GANDISWAP', 'xgandiswap', 'gandi'])('row 76: the serial %s is not exactly it', (serial) => {
  expect(designate([bootDisk, disk('vdc', { serial })])).toBe('none');
});

test('row 76: the gandiswap partition of the disk with the serial', () => {
  const devices = withPartitions(swapDisk, [partitionOf(swapDisk, 1, null), partitionOf(swapDisk, 2, 'gandiswap')]);
  expect(designate([bootDisk, ...devices])).toEqual(['vdb', 'vdb2', 'serial']);
});

test.each([
  ['two serials', [swapDisk, disk('vdc', { serial: 'gandiswap' })], ['vdb', 'vdc']],
  ['a serial and the Xen name', [swapDisk, xenDisk], ['vdb', 'xvdz']],
  [
    'two gandiswap partitions on one disk',
    withPartitions(swapDisk, [partitionOf(swapDisk, 1, 'gandiswap'), partitionOf(swapDisk, 2, 'gandiswap')]),
    ['vdb1', 'vdb2'],
  ],
])('several: %s', (_, devices, expected) => {
  expect(designate([bootDisk, ...devices])).toEqual(expected);
});

test('one device that is found in two ways is one', () => {
  const boot = withPartitions({ ...bootDisk, serial: 'gandiswap' }, [
    partitionOf({ ...bootDisk, serial: 'gandiswap' }, 1, 'gandiswap'),
  ]);
  expect(designate(boot)).toEqual(['vda', 'vda1', 'boot-disk-partition']);
});

test('row 72: the flag is the only candidate, by kernel name or a link that the bus gives', () => {
  const named = { ...dataDisk, links: ['/dev/disk/by-path/pci-0000:00:05.0-scsi-0:0:1:0'] };
  expect(designate([bootDisk, swapDisk, named], '/dev/sdb')).toEqual(['sdb', 'sdb', 'flag']);
  expect(designate([bootDisk, swapDisk, named], named.links[0])).toEqual(['sdb', 'sdb', 'flag']);
});

test('row 72: a partition is swap on its own disk', () => {
  const devices = [bootDisk, ...withPartitions(dataDisk, [partitionOf(dataDisk, 3, null)])];
  expect(designate(devices, '/dev/sdb3')).toEqual(['sdb', 'sdb3', 'flag']);
});

test('rows 72, 73: a device that is not there designates nothing, and no other takes its place', () => {
  expect(designate([bootDisk, swapDisk], '/dev/sdx')).toBe('none');
});

test.each([
  [70, 'LABEL=swap'],
  [70, 'sdb'],
  [71, '/dev/disk/by-label/swap'],
  [71, '/dev/disk/by-uuid/1234'],
  [71, '/dev/disk/by-partlabel/gandiswap'],
  [71, '/dev/disk/by-partuuid/1234'],
])('row %i: the flag %s is refused', (row, path) => {
  expect(decide(swapFlagTable, path)?.row).toBe(row);
  expect(designate([bootDisk, swapDisk], path)).toBe('refused');
});

test('row 73: an empty flag names nothing', () => {
  expect(designate([bootDisk, swapDisk], '')).toEqual(['vdb', 'vdb', 'serial']);
});
