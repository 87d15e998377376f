import type { BottomDisk, Stack, StackLayer } from '../../../../src/agent/stack/stack.ts';

/** UUIDs of a volume group and of a volume in it, as device-mapper has them. */
export const groupUuid = 'GnUfiyTzHYoAAJ5dWbkuCTUNT6uCFTXi';
export const volumeUuid = 'nGZHpQZIDeVmSv1AuCjT4zFkhSsQ2C1u';

export const volume: StackLayer = {
  name: 'dm-0',
  path: '/dev/dm-0',
  kind: 'lvm',
  mapperName: 'vg-data',
  mapperUuid: `LVM-${groupUuid}${volumeUuid}`,
  array: null,
};

export const container: StackLayer = {
  name: 'dm-1',
  path: '/dev/dm-1',
  kind: 'luks',
  mapperName: 'luks-11111111-2222-3333-4444-555555555555',
  mapperUuid: 'CRYPT-LUKS2-11111111222233334444555555555555-luks-11111111-2222-3333-4444-555555555555',
  array: null,
};

export const array: StackLayer = {
  name: 'md127',
  path: '/dev/md127',
  kind: 'md',
  mapperName: null,
  mapperUuid: null,
  array: { isStarted: true, level: 'raid1', missing: 0 },
};

export const bottom: BottomDisk = {
  path: '/dev/sdb1',
  disk: '/dev/sdb',
  isDataDisk: true,
  markedBy: 'gandi',
  isSystemDisk: false,
  isReadOnly: false,
  isDetached: false,
  serial: 'disk-42',
  wwns: [],
};

/** A volume of LVM over two disks. Tests change what they are about. */
export const stack: Stack = {
  layers: [volume],
  bottoms: [bottom, { ...bottom, path: '/dev/sdc', disk: '/dev/sdc' }],
  beneath: ['sdb1@7', 'sdc@8'],
};
