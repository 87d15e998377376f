import { expect, test } from 'vitest';
import { findDisk } from '../../../../src/agent/disk/find-disk.ts';
import { device, record } from './disk-example.ts';

const other = { ...device, name: 'sdc', path: '/dev/sdc', links: ['/dev/disk/by-id/scsi-0gandi.ne_other'] };

test.each([
  ['its path', '/dev/sdb', 'sdb'],
  ['its kernel name', 'sdc', 'sdc'],
  ['one of its links', '/dev/disk/by-id/scsi-0gandi.ne_other', 'sdc'],
  ["its folder's name", 'data', 'sdb'],
  ['its mount point', '/srv/data', 'sdb'],
])('finds a disk by %s', (_, word, name) => {
  expect(findDisk(word, [device, other], [record]).name).toBe(name);
});

test('a word that names none is said back with the way out', () => {
  expect(() => findDisk('nope', [device], [record])).toThrow(
    expect.objectContaining({ code: 'disk.unknown', subject: 'nope' }),
  );
});
