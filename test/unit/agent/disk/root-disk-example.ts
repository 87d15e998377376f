import type { PartitionTable, TableEntry } from '../../../../src/core/block-device/partition-table.ts';
import type { RootDiskFacts } from '../../../../src/agent/disk/root-disk.ts';
import { device } from './disk-example.ts';

const gibibyte = 1024 ** 3;
const sector = 512;

/** A virtio disk of 8 GiB whose only partition, of 3 GiB from 1 MiB on, holds `/`. Tests change what they are about. */
export const entry: TableEntry = {
  number: 1,
  start: 2048,
  size: (3 * gibibyte) / sector,
  type: '0FC63DAF-8483-4772-8E79-3D69D8477DE4',
  uuid: 'E37FC416-9423-45FD-BB14-667B5B6F32A9',
  name: 'gandiroot',
  attributes: null,
};

export const disk = {
  ...device,
  name: 'vda',
  path: '/dev/vda',
  majorMinor: '254:0',
  sizeBytes: 8 * gibibyte,
  bus: 'virtio',
  vendor: null,
  partitions: ['vda1'],
} as const;

export const partition = {
  ...disk,
  name: 'vda1',
  path: '/dev/vda1',
  majorMinor: '254:1',
  sizeBytes: entry.size * sector,
  parent: 'vda',
  partitions: [],
  partition: { number: 1, startBytes: entry.start * sector, name: 'gandiroot', uuid: null },
};

export function table(changes: Partial<PartitionTable> = {}): PartitionTable {
  const id = '61DC0C17-EC73-4D21-A070-43530AD0C819';
  return { label: 'gpt', id, sectorBytes: sector, entries: [entry], isHybrid: false, remarks: [], ...changes };
}

export function rootDiskFacts(changes: Partial<RootDiskFacts> = {}): RootDiskFacts {
  return { fileSystem: 'ext4', device: partition, disk, table: table(), filledBytes: null, ...changes };
}
