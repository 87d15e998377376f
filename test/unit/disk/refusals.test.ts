import { expect, test } from 'vitest';
import { refusal } from '../../../src/disk/refusals.ts';
import { parseFlags } from '../../../src/flags/parse-flags.ts';
import { attached, device, diskFacts, mountAt } from './disk-example.ts';

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

test('row 11, mounted: somebody has mounted it already', () => {
  expect(codeFor({}, {}, diskFacts({ mounts: [mountAt('/mnt')] }))).toBe('mounted');
});

test('L9: a mount of a device whose name begins alike is not this one', () => {
  expect(codeFor({}, {}, diskFacts({ mounts: [mountAt('/mnt', '8:17')] }))).toBeUndefined();
});

test.each([
  ['row 12', 'folder-not-empty', 'not-empty'],
  ['row 13', 'no-folder', 'not-a-folder'],
] as const)('%s, %s (D16): nothing is mounted over what is there', (_, code, state) => {
  expect(codeFor({}, {}, diskFacts({ mountPoint: { path: '/srv/data', state } }))).toBe(code);
});
