import { expect, test } from 'vitest';
import { type AssignmentFacts, noAssignmentFacts } from '../../../../src/agent/disk/assignment-facts.ts';
import type { DiskFacts } from '../../../../src/agent/disk/disk-facts.ts';
import { refusal, refusalTable } from '../../../../src/agent/disk/refusals.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { assignedTo, assignmentTo } from './assignment-example.ts';
import { assemblyTable } from '../../../../src/agent/stack/assembly-decision.ts';
import type { Member } from '../../../../src/agent/stack/member.ts';
import { arrayMember, group, luksContainer, physicalVolume } from '../stack/member-example.ts';
import { array, bottom, groupUuid, stack, volume, volumeUuid } from '../stack/stack-example.ts';
import { attached, device, diskFacts, elsewhere, mountAt, record } from './disk-example.ts';

const flags = parseFlags('').flags;

function codeFor(changes: object, deviceChanges: object = {}, facts = diskFacts(), flagText = ''): string | undefined {
  const disk = { ...attached, ...changes, device: { ...device, ...deviceChanges } };
  return refusal(disk, facts, flagText === '' ? flags : parseFlags(flagText).flags)?.code;
}

test('nothing speaks against a plain ext4', () => {
  expect(codeFor({})).toBeUndefined();
});

test('row 1, mounting-is-off: the admin switched it off', () => {
  expect(codeFor({}, {}, diskFacts(), 'CONFIG_ALLOW_MOUNT=0')).toBe('mounting-is-off');
});

test('row 2, not-a-data-disk: no rule marks it', () => {
  expect(codeFor({ isDataDisk: false })).toBe('not-a-data-disk');
});

test('row 18, no-capacity: the kernel takes it for a disk of 0 bytes', () => {
  const empty = { ...device, sizeBytes: 0 };
  expect(codeFor({ disk: empty, fileSystem: undefined }, { sizeBytes: 0 })).toBe('no-capacity');
});

test('row 3, system-disk: the machine runs from it', () => {
  expect(codeFor({ isSystemDisk: true })).toBe('system-disk');
});

test('row 4, in-use: LVM, md or LUKS is built on it', () => {
  expect(codeFor({}, { holders: ['dm-0'] })).toBe('in-use');
});

test('row 5, has-partitions: each partition is looked at by itself', () => {
  expect(codeFor({}, { partitions: ['sdb1'] })).toBe('has-partitions');
});

test('row 6, ambivalent (S1): signatures of several types', () => {
  expect(codeFor({ isAmbivalent: true, fileSystem: undefined })).toBe('ambivalent');
});

test('row 7, blank: nothing on it', () => {
  expect(codeFor({ fileSystem: undefined, usage: undefined })).toBe('blank');
});

test.each([
  ['LVM2_member', 'raid'],
  ['linux_raid_member', 'raid'],
  ['crypto_LUKS', 'crypto'],
  ['swap', 'other'],
])('row 8, not-a-file-system: %s', (fileSystem, usage) => {
  expect(codeFor({ fileSystem, usage })).toBe('not-a-file-system');
});

test.each(['minix', 'hfsplus', 'constructor', '__proto__'])('row 9, type-not-allowed (S11): %s', (fileSystem) => {
  expect(codeFor({ fileSystem })).toBe('type-not-allowed');
});

test('row 10, fstab: the admin mounts it', () => {
  expect(codeFor({ fstabClaim: 'LABEL=data /srv/data ext4' })).toBe('fstab');
});

test('row 19, mount-unit: a unit of systemd mounts it', () => {
  expect(codeFor({ unitClaim: 'data.mount' })).toBe('mount-unit');
});

test.each(['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'f2fs', 'vfat', 'ntfs', 'iso9660'])(
  'row 9 lets through: %s',
  (fileSystem) => {
    expect(codeFor({ fileSystem })).toBeUndefined();
  },
);

test('row 11, mounted: somebody has mounted it already', () => {
  expect(codeFor({}, {}, diskFacts({ mounts: [mountAt('/mnt')] }))).toBe('mounted');
});

test('L9: a mount of a device whose name begins alike is not this one', () => {
  expect(codeFor({}, {}, diskFacts({ mounts: [mountAt('/mnt', '8:17', '/dev/sdb1')] }))).toBeUndefined();
});

test('row 11, mounted: Btrfs is found by its source, as its number in mountinfo is its own', () => {
  expect(
    codeFor({}, {}, diskFacts({ mounts: [{ ...mountAt('/mnt', '0:42', '/dev/sdb'), fileSystem: 'btrfs' }] })),
  ).toBe('mounted');
});

test.each(['fuse.x', 'tmpfs', 'overlay'])('row 11 lets through: a %s whose source is only text', (fileSystem) => {
  expect(
    codeFor({}, {}, diskFacts({ mounts: [{ ...mountAt('/mnt', '0:42', '/dev/sdb'), fileSystem }] })),
  ).toBeUndefined();
});

test.each(['held', 'checked'] as const)('row 62, mounted-elsewhere: another machine has it, %s', (state) => {
  const mountedElsewhere = { mount: { ...elsewhere, state }, isFresh: true };
  expect(codeFor({}, {}, diskFacts({ mountedElsewhere }))).toBe('mounted-elsewhere');
});

test('row 63, folder-protected: its folder cannot be made in one that is kept for an assigned disk', () => {
  const mountPoint = { path: '/srv/data', state: 'missing', protectedAbove: '/srv' } as const;
  expect(codeFor({}, {}, diskFacts({ mountPoint }))).toBe('folder-protected');
});

const volumeOfLvm = { fileSystem: 'LVM2_member', usage: 'raid' };

test('row 64, member-mistaken: a file with a mistake may say that nothing of it is to change', () => {
  const mistaken = [
    { name: 'b', file: 'b.conf', selectors: {}, mistakes: ['line 1: SERIAL: must end with its quote'] },
  ];
  const facts = { member: physicalVolume, assignments: { ...noAssignmentFacts, mistaken } };
  expect(codeFor(volumeOfLvm, {}, diskFacts(facts))).toBe('member-mistaken');
  expect(codeFor(volumeOfLvm, {}, diskFacts({ ...facts, member: undefined }))).toBe('not-a-file-system');
});

test.each([
  ['LVM', physicalVolume, 'member-kept'],
  ['md', arrayMember, 'member-kept'],
  ['LUKS, which is opened only for reading,', luksContainer, 'not-a-file-system'],
])('row 65, member-kept: what must not change stays out of what %s puts together', (_, member, code) => {
  expect(codeFor({ ...volumeOfLvm, mustNotChange: true }, {}, diskFacts({ member }))).toBe(code);
  expect(codeFor(volumeOfLvm, { readOnly: true }, diskFacts({ member }))).toBe(code);
  expect(codeFor(volumeOfLvm, {}, diskFacts({ member }))).toBe('not-a-file-system');
});

test('no two rows have one number', () => {
  const rows = refusalTable.rows.map(({ row }) => row);
  expect(rows.filter((row, index) => rows.indexOf(row) !== index)).toEqual([]);
});

test('row 12, same-uuid: a clone of a disk that is mounted', () => {
  const original = { ...record, key: 'sdc@8', device: '/dev/sdc', majorMinor: '8:32', mountPoint: '/srv/original' };
  const mounts = [mountAt('/srv/original', '8:32', '/dev/sdc')];
  expect(codeFor({}, {}, diskFacts({ records: [original], mounts }))).toBe('same-uuid');
  expect(codeFor({}, {}, diskFacts({ records: [original] }))).toBeUndefined();
});

test('row 12, same-uuid: a clone of what an admin, fstab or the boot mounted', () => {
  const mountedOriginal = { device: '/dev/sdc', mountPoint: '/mnt/db' };
  expect(codeFor({}, {}, diskFacts({ mountedOriginal }))).toBe('same-uuid');
});

test.each([
  ['row 13', 'folder-not-empty', 'not-empty'],
  ['row 13', 'folder-not-empty', 'of-others'],
  ['row 14', 'no-folder', 'not-a-folder'],
] as const)('%s, %s (D16): nothing is mounted over what is there', (_, code, state) => {
  expect(codeFor({}, {}, diskFacts({ mountPoint: { path: '/srv/data', state } }))).toBe(code);
});

test("row 15, automount: an admin's own map has the disk root", () => {
  expect(codeFor({}, {}, diskFacts({ automount: 'others' }))).toBe('automount');
});

test('row 16, unsafe-root: others than root decide where it would be mounted', () => {
  const mountPoint = { path: '/srv/data', state: 'missing', unsafePart: '/srv' } as const;
  expect(codeFor({}, {}, diskFacts({ mountPoint }))).toBe('unsafe-root');
});

test('row 17, not-ready: udev says that a device is not to be used yet, or not at all', () => {
  expect(codeFor({ isReady: false })).toBe('not-ready');
});

test.each(['c12a7328-f81f-11d2-ba4b-00a0c93ec93b', '0xef', '21686148-6449-6e6f-744e-656564454649'])(
  'row 20, boot-partition: %s',
  (partitionType) => {
    expect(codeFor({ partitionType })).toBe('boot-partition');
  },
);

test('row 20 lets through: a partition for data', () => {
  expect(codeFor({ partitionType: '0fc63daf-8483-4772-8e79-3d69d8477de4' })).toBeUndefined();
});

test('row 21, system-unknown: a root on no disk that the kernel names leaves no disk for all-but-system', () => {
  expect(codeFor({ isRootKnown: false, markedBy: 'all-but-system' })).toBe('system-unknown');
  expect(codeFor({ isRootKnown: false, markedBy: 'hetzner' })).toBeUndefined();
});

const { own } = assignedTo('/data');
const twin = { ...assignmentTo('/data'), name: 'b', file: 'b.conf' };
const mistaken = [{ name: 'b', file: 'b.conf', selectors: {}, mistakes: ['x'] }];

test.each<
  [row: number, code: string, assignments: Partial<AssignmentFacts>, changes?: object, facts?: Partial<DiskFacts>]
>([
  [22, 'assignment-mistaken', { mistaken }],
  [23, 'two-assignments', { own: [...own, twin] }],
  [24, 'two-disks', { own, rivals: ['/dev/sdc'] }],
  [25, 'path-of-two', { own, others: [twin] }],
  [26, 'path-in-path', { own, others: [{ ...twin, place: '/' }] }],
  [27, 'path-of-system', { own: [assignmentTo('/link', { place: '/etc/x' })] }],
  [28, 'path-claimed', { own, claimed: new Set(['/data']) }],
  [29, 'path-mounted', { own }, {}, { mounts: [mountAt('/data', '8:32', '/dev/sdc')] }],
  [30, 'path-of-automount', { own, isBelowAutomount: true }],
  [31, 'cannot-stay-unchanged', { own }, { mustNotChange: true, fileSystem: 'f2fs' }],
  [32, 'pool-assigned', { ofPool: twin }],
])('row %i, %s: as docs/decisions/disk-assignment.md says', (_, code, changed, changes = {}, facts = {}) => {
  const assignments = { ...noAssignmentFacts, diskRoot: '/srv', ...changed };
  expect(codeFor(changes, {}, diskFacts({ assignments, ...facts }))).toBe(code);
});

test('row 33, snapshot-type: a copy that the kernel cannot have beside its original', () => {
  expect(codeFor({ fileSystem: 'btrfs' }, {}, diskFacts({ isSnapshot: true }))).toBe('snapshot-type');
});

test('row 66, snapshot-path: a copy does not take the path that a file gives to both by UUID', () => {
  const assignments = assignedTo('/var/lib/pg', { selectors: { UUID: 'both' } });
  expect(codeFor({}, {}, diskFacts({ isSnapshot: true, assignments }))).toBe('snapshot-path');
  expect(codeFor({}, {}, diskFacts({ isSnapshot: false, assignments }))).toBeUndefined();
  expect(codeFor({}, {}, diskFacts({ isSnapshot: true, assignments: assignedTo('/var/lib/pg') }))).toBeUndefined();
});

const internal = { ...volume, mapperUuid: `LVM-${groupUuid}${volumeUuid}-tdata` };

test.each([
  [34, 'layer-unknown', { layers: [{ ...volume, kind: null }] }],
  [35, 'layer-off', { layers: [{ ...volume, kind: 'luks' as const }] }],
  [36, 'no-disk-beneath', { bottoms: [] }],
  [37, 'system-beneath', { bottoms: [{ ...bottom, isSystemDisk: true }] }],
  [38, 'foreign-disk', { bottoms: [{ ...bottom, isDataDisk: false }] }],
  [39, 'detached-beneath', { bottoms: [{ ...bottom, isDetached: true }] }],
  [40, 'internal-volume', { layers: [internal] }],
  [43, 'array-waits', { layers: [{ ...array, array: { isStarted: false, level: '', missing: 0 } }] }],
  [41, 'array-level', { layers: [{ ...array, array: { isStarted: true, level: 'raid0', missing: 0 } }] }],
  [42, 'array-degraded', { layers: [{ ...array, array: { isStarted: true, level: 'raid1', missing: 1 } }] }],
] as const)('row %i, %s: as docs/decisions/layered-device.md says', (_, code, changes) => {
  const flagText = 'CONFIG_LAYERS="lvm md"';
  expect(codeFor({ stack }, {}, diskFacts(), flagText)).toBeUndefined();
  expect(codeFor({ stack: { ...stack, ...changes } }, {}, diskFacts(), flagText)).toBe(code);
});

test('row 44, path-of-disk: a path of a multipath disk is never mounted, whatever CONFIG_LAYERS says', () => {
  const member = { isPathOfDisk: true, fileSystem: 'mpath_member' };
  expect(codeFor(member)).toBe('path-of-disk');
  expect(codeFor({ ...member, fileSystem: 'ext4' }, { holders: ['dm-0'] })).toBe('path-of-disk');
});

const [first, second] = group.volumes;

test.each([
  [45, 'layer-tool-missing', { ...physicalVolume, isToolMissing: true }],
  [46, 'layer-twin', { ...physicalVolume, twins: ['/dev/sdd'] }],
  [47, 'lvm-no-group', { ...physicalVolume, group: undefined }],
  [48, 'lvm-missing', { ...physicalVolume, group: { ...group, volumes: [{ ...first, path: null }, second] } }],
  [49, 'lvm-foreign', { ...physicalVolume, group: { ...group, volumes: [first, { ...second, isOurs: false }] } }],
  [50, 'lvm-of-others', { ...physicalVolume, group: { ...group, isOfOthers: true } }],
  [51, 'lvm-same-name', { ...physicalVolume, group: { ...group, hasNamesake: true } }],
  [52, 'lvm-empty', { ...physicalVolume, group: { ...group, volumes: [] } }],
  [53, 'luks-version', { ...luksContainer, version: '1' }],
  [54, 'luks-no-key', { ...luksContainer, key: { ...luksContainer.key, isThere: false } }],
  [55, 'luks-unsafe-key', { ...luksContainer, key: { ...luksContainer.key, unsafePart: '/etc' } }],
  [56, 'luks-name-taken', { ...luksContainer, isNameTaken: true }],
  [57, 'md-unreadable', { ...arrayMember, uuid: undefined }],
  [58, 'md-level', { ...arrayMember, level: 'raid5' }],
  [59, 'md-missing', { ...arrayMember, present: [] }],
  [
    61,
    'member-read-only',
    { ...arrayMember, present: arrayMember.present.map((each) => ({ ...each, isReadOnly: true })) },
  ],
  [60, 'md-foreign', { ...arrayMember, present: arrayMember.present.map((each) => ({ ...each, isOurs: false })) }],
] as [number, string, Member][])('row %i, %s: as docs/decisions/layer-assembly.md says', (row, code, member) => {
  expect(codeFor({ fileSystem: 'LVM2_member', usage: 'raid' }, {}, diskFacts({ member }))).toBe(code);
  expect(assemblyTable.rows.find((each) => each.code === code)?.row).toBe(row - 44);
});
