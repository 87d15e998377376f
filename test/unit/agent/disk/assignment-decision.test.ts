import { expect, test } from 'vitest';
import { type AssignmentFacts, noAssignmentFacts } from '../../../../src/agent/disk/assignment-facts.ts';
import type { AttachedDisk, DiskFacts } from '../../../../src/agent/disk/disk-facts.ts';
import { refusal } from '../../../../src/agent/disk/refusals.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import type { StackLayer } from '../../../../src/agent/stack/stack.ts';
import { array, container, stack, volume } from '../stack/stack-example.ts';
import { assignedTo, assignmentTo } from './assignment-example.ts';
import { attached, diskFacts, mountAt } from './disk-example.ts';

const { flags } = parseFlags('');

function refused(assignments: AssignmentFacts, changes: Partial<AttachedDisk> = {}, more: Partial<DiskFacts> = {}) {
  const { code, because } = refusal({ ...attached, ...changes }, diskFacts({ assignments, ...more }), flags) ?? {};
  return { code, because };
}

const other = assignmentTo('/data', { name: 'b', file: 'b.conf', selectors: { SERIAL: 'other' } });
const mistaken = { name: 'b', file: 'b.conf', selectors: {}, mistakes: ['line 1: SERIAL: must end with its quote'] };

test('no assignment: as without any', () => {
  expect(refused(noAssignmentFacts)).toEqual({});
});

test('one assignment: nothing speaks against it', () => {
  expect(refused(assignedTo('/data'))).toEqual({});
  expect(refused(assignedTo('/srv/pg'))).toEqual({});
});

test('row 1, assignment-mistaken: a file that may mean it has a mistake', () => {
  const { code, because } = refused({ ...noAssignmentFacts, mistaken: [mistaken] });
  expect(code).toBe('assignment-mistaken');
  expect(because).toBe('b.conf may mean it, and has a mistake: line 1: SERIAL: must end with its quote');
  expect(refused({ ...assignedTo('/data'), mistaken: [mistaken] }).code).toBe('assignment-mistaken');
});

test('row 2, two-assignments: two files mean it', () => {
  const own = [assignmentTo('/data'), { ...other, place: '/other' }];
  expect(refused({ ...noAssignmentFacts, own }).code).toBe('two-assignments');
});

test('row 3, two-disks: its file means another attached disk too', () => {
  const { code, because } = refused(assignedTo('/data', {}, { rivals: ['/dev/sdc'] }));
  expect(code).toBe('two-disks');
  expect(because).toMatch(/pg\.conf means \/dev\/sdc too/);
});

test('row 4, path-of-two: two files have one path, and neither disk gets it', () => {
  expect(refused(assignedTo('/data', {}, { others: [other] })).code).toBe('path-of-two');
});

test('row 4 is about where a path leads: a link to the other is the other', () => {
  const linked = { ...other, path: '/link', place: '/data' };
  expect(refused(assignedTo('/data', {}, { others: [linked] })).code).toBe('path-of-two');
});

test('row 5, path-in-path: the inner of two waits, and the outer does not', () => {
  const inner = { ...other, path: '/data/in', place: '/data/in' };
  expect(refused(assignedTo('/data/in', {}, { others: [other] })).code).toBe('path-in-path');
  expect(refused(assignedTo('/data', {}, { others: [inner] })).code).toBeUndefined();
  expect(refused(assignedTo('/database', {}, { others: [other] })).code).toBeUndefined();
});

test.each([
  ['/etc/x', 'path-of-system'],
  ['/srv', 'path-of-system'],
  ['/', 'path-of-system'],
])('row 6, path-of-system: a path that leads to %s', (place, code) => {
  expect(refused(assignedTo('/link', { place })).code).toBe(code);
});

test('row 6: a folder above the disk root would hide it', () => {
  expect(refused(assignedTo('/mnt', {}, { diskRoot: '/mnt/disks' })).code).toBe('path-of-system');
});

test('row 7, path-claimed: fstab or a mount unit has the path', () => {
  expect(refused(assignedTo('/data', {}, { claimed: new Set(['/data']) })).code).toBe('path-claimed');
});

test('row 7: a folder above the path that fstab mounts, and that is not mounted yet', () => {
  const assignments = assignedTo('/data/pg', {}, { claimed: new Set(['/', 'none', '/data', '/database']) });
  expect(refused(assignments).because).toMatch(/^\/data, which leads to its path \/data\/pg, is not mounted yet/);
  expect(refused(assignments, {}, { mounts: [mountAt('/data', '8:32', '/dev/sdc')] }).code).toBeUndefined();
});

test('row 8, path-mounted: something is mounted there', () => {
  const mounts = [mountAt('/data', '8:32', '/dev/sdc')];
  expect(refused(assignedTo('/data'), {}, { mounts }).because).toBe('/dev/sdc is mounted at its path /data');
});

test('row 9, path-of-automount: a map of automount has it', () => {
  expect(refused(assignedTo('/net/x', {}, { isBelowAutomount: true })).code).toBe('path-of-automount');
});

test.each(['f2fs', 'ntfs'])('row 10, cannot-stay-unchanged: %s may be written to by a mount', (fileSystem) => {
  const facts = assignedTo('/data', { isReadOnly: true });
  expect(refused(facts, { fileSystem, mustNotChange: true }).code).toBe('cannot-stay-unchanged');
  expect(refused(facts, { fileSystem, mustNotChange: false }).code).toBeUndefined();
});

test.each(['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'vfat', 'iso9660'])('row 10 lets through: %s', (fileSystem) => {
  expect(refused(assignedTo('/data', { isReadOnly: true }), { fileSystem, mustNotChange: true }).code).toBeUndefined();
});

test('row 10: of a Btrfs of several devices only one would be kept unchanged', () => {
  const facts = assignedTo('/data', { isReadOnly: true }, { isOfPool: true });
  expect(refused(facts, { fileSystem: 'btrfs', mustNotChange: true }).code).toBe('cannot-stay-unchanged');
  expect(refused(facts, { fileSystem: 'btrfs', mustNotChange: false }).code).toBeUndefined();
});

test('row 10: an array writes to its disks by itself, and a container does not', () => {
  const facts = assignedTo('/data', { isReadOnly: true });
  const on = (layer: StackLayer) => ({ stack: { ...stack, layers: [volume, layer] }, mustNotChange: true });
  const codeOn = (layer: StackLayer) => {
    const { flags: all } = parseFlags('CONFIG_LAYERS="luks lvm md"');
    return refusal({ ...attached, ...on(layer) }, diskFacts({ assignments: facts }), all)?.code;
  };
  expect([codeOn(array), codeOn(container)]).toEqual(['cannot-stay-unchanged', undefined]);
});

test('row 11, pool-assigned: another device of its Btrfs has the assignment', () => {
  expect(refused({ ...noAssignmentFacts, ofPool: other }, { fileSystem: 'btrfs' }).code).toBe('pool-assigned');
});

test('what speaks against the disk itself is said first', () => {
  expect(refused(assignedTo('/data', {}, { rivals: ['/dev/sdc'] }), { isSystemDisk: true }).code).toBe('system-disk');
});

test('a folder that is empty and somebody’s is mounted over where an admin named it, and one with files is not', () => {
  const at = (state: 'of-others' | 'not-empty') => ({ mountPoint: { path: '/data', state } });
  expect(refused(assignedTo('/data'), {}, at('of-others')).code).toBeUndefined();
  expect(refused(assignedTo('/data'), {}, at('not-empty')).code).toBe('folder-not-empty');
  expect(refused(noAssignmentFacts, {}, at('of-others')).code).toBe('folder-not-empty');
});
