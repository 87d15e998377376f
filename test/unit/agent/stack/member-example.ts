import type { ArrayMember, ContainerMember, VolumeGroup, VolumeMember } from '../../../../src/agent/stack/member.ts';

export const group: VolumeGroup = {
  name: 'vg',
  uuid: 'GnUfiy-TzHY-oAAJ-5dWb-kuCT-UNT6-uCFTXi',
  volumes: [
    { path: '/dev/sdb1', isOurs: true, isReadOnly: false, keptBy: undefined, isUsed: true },
    { path: '/dev/sdc', isOurs: true, isReadOnly: false, keptBy: undefined, isUsed: false },
  ],
  isOfOthers: false,
  hasNamesake: false,
};

export const physicalVolume: VolumeMember = { kind: 'lvm', twins: [], isToolMissing: false, group };

export const luksContainer: ContainerMember = {
  kind: 'luks',
  twins: [],
  isToolMissing: false,
  version: '2',
  key: { path: '/etc/gandi/keys/cb31e4eb-73e2-4333-ba27-bd64f15805ab', isThere: true, unsafePart: undefined },
  tokens: [],
  isNameTaken: false,
};

export const arrayMember: ArrayMember = {
  kind: 'md',
  twins: [],
  isToolMissing: false,
  uuid: 'af74b8b1:47c9a710:6f3328ce:8f730f02',
  level: 'raid1',
  devices: 2,
  present: [
    { path: '/dev/sdb', isOurs: true, isReadOnly: false, keptBy: undefined },
    { path: '/dev/sdc', isOurs: true, isReadOnly: false, keptBy: undefined },
  ],
};
