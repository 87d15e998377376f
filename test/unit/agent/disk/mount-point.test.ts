import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { chooseMountPoint } from '../../../../src/agent/disk/mount-point.ts';
import { seededRandom } from '../sources/seeded-random.ts';
import { mountAt } from './disk-example.ts';

const none = { own: undefined, others: new Set<string>() };
const disk = { encodedLabel: 'data', serial: 'disk-42', kernelName: 'sdb' };

test('below the disk root, at the label', () => {
  expect(chooseMountPoint(disk, [], '/data', none)).toBe('/data/data');
});

test('D8: a second disk with the same label gets a folder of its own, and so does a third', () => {
  expect(chooseMountPoint(disk, [mountAt('/srv/data')], '/srv', none)).toBe('/srv/data_2');
  expect(chooseMountPoint(disk, [mountAt('/srv/data'), mountAt('/srv/data_2')], '/srv', none)).toBe('/srv/data_3');
});

test('the same name below another folder takes nothing away', () => {
  expect(chooseMountPoint(disk, [mountAt('/mnt/data')], '/srv', none)).toBe('/srv/data');
});

test('the second disk of a label keeps its name when it comes up first', () => {
  expect(chooseMountPoint(disk, [], '/srv', { own: 'data_2', others: new Set(['data']) })).toBe('/srv/data_2');
});

test('a disk that is not mounted yet keeps its name from one that is new', () => {
  expect(chooseMountPoint(disk, [], '/srv', { own: undefined, others: new Set(['data']) })).toBe('/srv/data_2');
});

test('after a new label the old name is not used any more', () => {
  expect(chooseMountPoint(disk, [], '/srv', { own: 'old_2', others: new Set() })).toBe('/srv/data');
});

test('S2: 10,000 names of hostile pieces, with names taken at random: every mount point is one folder below the disk root', () => {
  const random = seededRandom(8);
  const encoded = ['\\x2f', '\\x2e', '\\x00', '\\x0a', '\\xff', '\\xe2\\x80\\xae', '\\x'];
  const plain = ['..', '.', '/', '-', ' ', '~', '%n', '$(id)', ';', 'é', '_2', 'data', 'a'.repeat(60)];
  const pieces = [...encoded, ...plain];
  const text = () =>
    Array.from({ length: Math.floor(random() * 6) }, () => pieces[Math.floor(random() * pieces.length)]).join('');
  const seen = new Set<string>();
  for (let round = 0; round < 10_000; round += 1) {
    const hostile = { encodedLabel: text() || undefined, serial: text() || undefined, kernelName: 'sdb' };
    const taken = [...seen].slice(-3).map((path) => mountAt(path));
    const own = random() < 0.3 ? text() : undefined;
    const path = chooseMountPoint(hostile, taken, '/srv', { own, others: new Set([text()]) });
    const isSafe = /^\/srv\/[\p{L}\p{N}\p{M}+:=@_][\p{L}\p{N}\p{M}+.:=@_-]*$/u.test(path) && dirname(path) === '/srv';
    if (!isSafe || Buffer.byteLength(path) > 200 || taken.some(({ mountPoint }) => mountPoint === path))
      throw new Error(path);
    seen.add(path);
  }
  expect(seen.size).toBeGreaterThan(1000);
});
