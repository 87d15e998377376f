import { noAssignmentFacts } from '../../../../src/agent/disk/assignment-facts.ts';
import type { NameReservation } from '../../../../src/agent/disk/disk-names.ts';
import type { DiskRecord } from '../../../../src/agent/disk/disk-records.ts';
import type { AttachedDisk, DiskFacts } from '../../../../src/agent/disk/disk-facts.ts';
import type { ElsewhereMount } from '../../../../src/agent/disk/mounted-elsewhere.ts';
import type { BlockDevice } from '../../../../src/core/block-device/block-devices.ts';
import type { Mount } from '../../../../src/core/block-device/mounts.ts';

/** A whole SCSI disk with an ext4 labelled `data`, just attached. Tests change what they are about. */
export const device: BlockDevice = {
  name: 'sdb',
  path: '/dev/sdb',
  links: [],
  majorMinor: '8:16',
  sizeBytes: 64 * 2 ** 20,
  readOnly: false,
  removable: false,
  isCdRom: false,
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
  disk: device,
  stack: undefined,
  isPathOfDisk: false,
  isDataDisk: true,
  markedBy: 'gandi',
  partitionType: undefined,
  fileSystem: 'ext4',
  usage: 'filesystem',
  isAmbivalent: false,
  isReady: true,
  encodedLabel: 'data',
  uuid: '11111111-2222-3333-4444-555555555555',
  serial: 'disk-42',
  location: 'pci-0000:00:05.0-scsi-0:0:0:1',
  fileSystemBytes: 64 * 2 ** 20,
  roomBytes: 0,
  isSwap: false,
  isSystemDisk: false,
  isRootKnown: true,
  fstabClaim: undefined,
  unitClaim: undefined,
  mustNotChange: false,
};

/** The same after it was resized to 128 MiB. */
export const bigger: AttachedDisk = { ...attached, device: { ...device, sizeBytes: 128 * 2 ** 20 } };

export const record: DiskRecord = {
  key: 'sdb@7',
  device: '/dev/sdb',
  majorMinor: '8:16',
  fileSystem: 'ext4',
  uuid: '11111111-2222-3333-4444-555555555555',
  mountPoint: '/srv/data',
  serial: 'disk-42',
  location: 'pci-0000:00:05.0-scsi-0:0:0:1',
  refusal: null,
  isBeingMounted: false,
  isHookDue: false,
  isDetached: false,
  ownsFolder: true,
  filledBytes: 64 * 2 ** 20,
  assignment: null,
  isSetReadOnly: false,
  isSnapshot: false,
  onDemand: false,
  services: [],
  beneath: [],
  mountedElsewhere: null,
  note: 'mounted at /srv/data',
};

/** As another machine had the disk 100 s after boot. */
export const elsewhere: ElsewhereMount = {
  state: 'held',
  sequence: 5,
  node: 'web-1',
  device: 'sdb',
  updatedAt: 1795956694,
  waitSeconds: 21,
  seenAt: 100,
};

/** What was written down when it was first mounted. */
export const reservation: NameReservation = {
  name: 'data',
  serial: 'disk-42',
  location: 'pci-0000:00:05.0-scsi-0:0:0:1',
  order: 1,
};

export function mountAt(mountPoint: string, majorMinor = '8:16', source = '/dev/sdb'): Mount {
  return { id: 1, majorMinor, root: '/', mountPoint, options: [], fileSystem: 'ext4', source, superOptions: [] };
}

export function diskFacts(changes: Partial<DiskFacts> = {}): DiskFacts {
  return {
    kernelName: 'sdb',
    attached,
    occasion: 'attached',
    records: [],
    mounts: [],
    mountedOriginal: undefined,
    reservation,
    mountPoint: { path: '/srv/data', state: 'missing' },
    units: [],
    stoppedUnits: [],
    refusedClone: undefined,
    services: undefined,
    automount: 'none',
    table: undefined,
    pulledSwaps: [],
    isDesignatedSwap: false,
    hooks: {},
    isSnapshot: false,
    member: undefined,
    mountedElsewhere: undefined,
    orphans: [],
    broken: undefined,
    assignments: noAssignmentFacts,
    assignedHooks: new Map(),
    ...changes,
  };
}
