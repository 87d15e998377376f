import { expect, test } from 'vitest';
import { decide } from '../../../../src/core/decision/decision-table.ts';
import { assemblyTable } from '../../../../src/agent/stack/assembly-decision.ts';
import type { Member, VolumeGroup } from '../../../../src/agent/stack/member.ts';
import { arrayMember, group, luksContainer, physicalVolume } from './member-example.ts';

const because = (member: Member) => decide(assemblyTable, member)?.because;
const ofGroup = (changes: Partial<VolumeGroup>): Member => ({ ...physicalVolume, group: { ...group, ...changes } });
const key = luksContainer.key;

test.each([physicalVolume, luksContainer, arrayMember])('nothing speaks against a whole one of $kind', (member) => {
  expect(decide(assemblyTable, member)).toBeUndefined();
});

test.each([
  [1, 'layer-tool-missing', { ...physicalVolume, isToolMissing: true, group: undefined }, 'lvm is not installed'],
  [1, 'layer-tool-missing', { ...luksContainer, isToolMissing: true }, 'cryptsetup is not installed'],
  [2, 'layer-twin', { ...luksContainer, twins: ['/dev/sdd'] }, '/dev/sdd carries its UUID too: one is a copy'],
  [3, 'lvm-no-group', { ...physicalVolume, group: undefined }, 'LVM lists it in no volume group'],
  [
    4,
    'lvm-missing',
    ofGroup({
      volumes: [...group.volumes, { path: null, isOurs: false, isReadOnly: false, keptBy: undefined, isUsed: true }],
    }),
    'its volume group vg lacks 1 of 3 physical volumes',
  ],
  [
    5,
    'lvm-foreign',
    ofGroup({
      volumes: [
        ...group.volumes,
        { path: '/dev/sdd', isOurs: false, isReadOnly: false, keptBy: undefined, isUsed: false },
      ],
    }),
    'its volume group vg lies on /dev/sdd too, which is not a data disk',
  ],
  [6, 'lvm-of-others', ofGroup({ isOfOthers: true }), 'its volume group vg is exported, shared, or of another host'],
  [7, 'lvm-same-name', ofGroup({ hasNamesake: true }), 'another volume group is called vg too'],
  [
    8,
    'lvm-empty',
    ofGroup({ volumes: group.volumes.map((each) => ({ ...each, isUsed: false })) }),
    'its volume group vg has no volumes',
  ],
  [9, 'luks-version', { ...luksContainer, version: '1' }, 'it is a LUKS container of version 1, and only 2 is opened'],
  [
    10,
    'luks-no-key',
    { ...luksContainer, key: { ...key, isThere: false } },
    `it is a LUKS container without a token of the TPM, and there is no key ${key.path}`,
  ],
  [
    11,
    'luks-unsafe-key',
    { ...luksContainer, key: { ...key, unsafePart: key.path } },
    `its key ${key.path} must be a file of root with mode 0400 or 0600`,
  ],
  [
    11,
    'luks-unsafe-key',
    { ...luksContainer, key: { ...key, unsafePart: '/etc/gandi' } },
    'others than root can change /etc/gandi, which leads to its key',
  ],
  [
    12,
    'luks-name-taken',
    { ...luksContainer, isNameTaken: true },
    'another device is open by the name that it would get',
  ],
  [13, 'md-unreadable', { ...arrayMember, uuid: undefined }, 'mdadm cannot read it as a member of an array'],
  [14, 'md-level', { ...arrayMember, level: 'raid0' }, 'its array is of level raid0, not raid1'],
  [15, 'md-missing', { ...arrayMember, present: arrayMember.present.slice(1) }, 'its array lacks 1 of 2 members'],
  [
    16,
    'md-foreign',
    {
      ...arrayMember,
      present: [
        { path: '/dev/sda2', isOurs: false, isReadOnly: false, keptBy: undefined },
        ...arrayMember.present.slice(1),
      ],
    },
    'its array lies on /dev/sda2 too, which is not a data disk',
  ],
  [
    17,
    'member-read-only',
    ofGroup({ volumes: group.volumes.map((each) => ({ ...each, isReadOnly: each.path === group.volumes[1]?.path })) }),
    `${group.volumes[1]?.path} is read-only, and its members are written to`,
  ],
  [
    17,
    'member-read-only',
    { ...arrayMember, present: arrayMember.present.map((each) => ({ ...each, isReadOnly: true })) },
    `${arrayMember.present[0]?.path} is read-only, and its members are written to`,
  ],
  [
    17,
    'member-read-only',
    ofGroup({ volumes: group.volumes.map((each) => ({ ...each, keptBy: { file: 'a.conf', isMistaken: false } })) }),
    `a.conf keeps ${group.volumes[0]?.path} from any change, and its members are written to`,
  ],
] satisfies [number, string, Member, string][])('row %i, %s', (row, code, member, reason) => {
  expect(decide(assemblyTable, member)).toMatchObject({ row, code, outcome: 'leave' });
  expect(because(member)).toBe(reason);
});

test('row 10 asks for no key where a token of the TPM opens the container', () => {
  expect(decide(assemblyTable, { ...luksContainer, key: { ...key, isThere: false }, tokens: [0] })).toBeUndefined();
});
