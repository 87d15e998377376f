import { expect, test } from 'vitest';
import type { Assignment, MistakenAssignment, Selectors } from '../../../../src/agent/assignment/assignment.ts';
import type { DiskIdentity } from '../../../../src/agent/disk/disk-identity.ts';
import { matchAssignments } from '../../../../src/agent/disk/match-assignment.ts';
import { assignmentTo } from './assignment-example.ts';

const disk: DiskIdentity = {
  serials: ['vol-1'],
  wwns: ['0x5000c500a0b1c2d3', '0x5000c500a0b1c2d30001'],
  encodedLabel: 'my\\x20data',
  uuid: 'aaaa-BBBB',
};

const valid = (selectors: Selectors): Assignment => ({ ...assignmentTo('/data'), selectors });
const mistaken = (selectors: Selectors): MistakenAssignment => ({ name: 'b', file: 'b', selectors, mistakes: ['x'] });

test.each<[string, Selectors, boolean]>([
  ['its serial', { SERIAL: 'vol-1' }, true],
  ['a part of its serial', { SERIAL: 'vol' }, false],
  ['its WWN', { WWN: '0x5000c500a0b1c2d3' }, true],
  ['its long WWN', { WWN: '0x5000c500a0b1c2d30001' }, true],
  ['its label as people read it', { LABEL: 'my data' }, true],
  ['its label as udev writes it', { LABEL: 'my\\x20data' }, false],
  ['its UUID in any case', { UUID: 'AAAA-bbbb' }, true],
  ['all of these', { SERIAL: 'vol-1', LABEL: 'my data' }, true],
  ['its serial and the label of another', { SERIAL: 'vol-1', LABEL: 'other' }, false],
  ['its label, where the serial is another disk’s', { SERIAL: 'vol-2', LABEL: 'my data' }, false],
])('an assignment that names %s: %j means it, %s', (_, selectors, isMeant) => {
  expect(matchAssignments({ valid: [valid(selectors)], mistaken: [] }, disk).own).toHaveLength(isMeant ? 1 : 0);
});

test('a layered device is meant by the serial of each disk that it lies on', () => {
  const stacked = { ...disk, serials: ['vol-1', 'vol-2'] };
  const meant = (SERIAL: string) => matchAssignments({ valid: [valid({ SERIAL })], mistaken: [] }, stacked).own.length;
  expect([meant('vol-1'), meant('vol-2'), meant('vol-3')]).toEqual([1, 1, 0]);
});

test('what is written on a disk is not taken for what the platform set', () => {
  const impostor = { ...disk, serials: [], wwns: [], encodedLabel: 'vol-1', uuid: 'vol-1' };
  expect(matchAssignments({ valid: [valid({ SERIAL: 'vol-1' })], mistaken: [] }, impostor).own).toEqual([]);
  expect(matchAssignments({ valid: [valid({ WWN: 'vol-1' })], mistaken: [] }, impostor).own).toEqual([]);
});

test('a disk without a label is not the one with an empty name', () => {
  const bare = { serials: [], wwns: [], encodedLabel: undefined, uuid: undefined };
  expect(
    matchAssignments({ valid: [valid({ LABEL: '' }), valid({ UUID: '' }), valid({})], mistaken: [] }, bare).own,
  ).toEqual([]);
});

test.each<[string, Selectors, boolean]>([
  ['names it', { SERIAL: 'vol-1' }, true],
  ['names another disk', { SERIAL: 'vol-2' }, false],
  ['names nobody', {}, true],
])('a file with mistakes that %s may mean it: %j, %s', (_, selectors, mayMean) => {
  const found = matchAssignments({ valid: [], mistaken: [mistaken(selectors)] }, disk);
  expect(found.mistaken).toHaveLength(mayMean ? 1 : 0);
});

test('a file with mistakes that names nobody means no disk that another file means', () => {
  const all = { valid: [valid({ SERIAL: 'vol-1' })], mistaken: [mistaken({})] };
  expect(matchAssignments(all, disk).mistaken).toEqual([]);
});
