import type { DiskRecord } from '../../../src/action.ts';
import type { AttachedDisk, DiskFacts } from '../../../src/disk/disk-facts.ts';
import type { BlockDevice } from '../../../src/facts/block-devices.ts';
import type { Mount } from '../../../src/facts/mounts.ts';

/** A whole SCSI disk with an ext4 labelled `data`, just attached. Tests change what they are about. */
export const device: BlockDevice = {
  name: 'sdb',
  path: '/dev/sdb',
  links: [],
  majorMinor: '8:16',
  sizeBytes: 64 * 2 ** 20,
  readOnly: false,
  removable: false,
  diskSequence: 7,
  serial: null,
  vendor: 'gandi.ne',
  bus: 'scsi',
  partition: null,
  parent: null,
  partitions: [],
  holders: [],
};

export const attached: AttachedDisk = {
  device,
  wholeDisk: '/dev/sdb',
  isDataDisk: true,
  fileSystem: 'ext4',
  usage: 'filesystem',
  isAmbivalent: false,
  encodedLabel: 'data',
  serial: 'disk-42',
  isSystemDisk: false,
  fstabClaim: undefined,
};

export const record: DiskRecord = {
  key: 'sdb@7',
  device: '/dev/sdb',
  majorMinor: '8:16',
  fileSystem: 'ext4',
  mountPoint: '/srv/data',
  note: 'mounted at /srv/data',
};

export function mountAt(mountPoint: string, majorMinor = '8:16'): Mount {
  return {
    id: 1,
    majorMinor,
    root: '/',
    mountPoint,
    options: [],
    fileSystem: 'ext4',
    source: '/dev/sdb',
    superOptions: [],
  };
}

export function diskFacts(changes: Partial<DiskFacts> = {}): DiskFacts {
  const mountPoint = { path: '/srv/data', state: 'missing' } as const;
  return {
    kernelName: 'sdb',
    attached,
    justAttached: true,
    records: [],
    mounts: [],
    mountPoint,
    hooks: {},
    ...changes,
  };
}
