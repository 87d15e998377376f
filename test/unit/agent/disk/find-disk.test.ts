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

test("a kernel name that is another disk's folder, too, is refused with both; their paths are not", () => {
  const devices = [device, other];
  const labelled = { ...record, key: 'sdc@7', device: '/dev/sdc', mountPoint: '/srv/sdb' };
  expect(() => findDisk('sdb', devices, [record, labelled])).toThrow(
    expect.objectContaining({ code: 'disk.ambiguous', exitCode: 4, message: expect.stringMatching(/sdb.*sdc/) }),
  );
  expect(findDisk('/dev/sdb', devices, [record, labelled]).name).toBe('sdb');
  expect(findDisk('/srv/sdb', devices, [record, labelled]).name).toBe('sdc');
});

test('the record of a disk that is gone names none, though its kernel name is in use', () => {
  expect(() => findDisk('data', [{ ...device, diskSequence: 8 }], [record])).toThrow(
    expect.objectContaining({ code: 'disk.unknown' }),
  );
});

test.each([
  ['its label, which is not the name of its folder', 'my disk/é', 'sdb'],
  ['its serial', 'vol-clone', 'sdc'],
  ['its UUID', '1111-2222', 'sdb'],
])('finds a disk by %s', (_, word, name) => {
  const given = new Map([
    ['/dev/sdb', ['my disk/é', '1111-2222']],
    ['/dev/sdc', ['vol-clone', '/dev/sdb']],
  ]);
  expect(findDisk(word, [device, other], [], given).name).toBe(name);
  expect(findDisk('/dev/sdb', [device, other], [], given).name).toBe('sdb');
});

test('a label that two disks have is refused', () => {
  const given = new Map([
    ['/dev/sdb', ['data']],
    ['/dev/sdc', ['data']],
  ]);
  expect(() => findDisk('data', [device, other], [], given)).toThrow(
    expect.objectContaining({ code: 'disk.ambiguous' }),
  );
});

test('the label of a Btrfs of two devices names the one by which it is mounted; each has its serial', () => {
  const given = new Map([
    ['/dev/sdb', ['data', 'vol-1']],
    ['/dev/sdc', ['data', 'vol-2']],
  ]);
  const part = {
    ...record,
    key: `sdc@${other.diskSequence}`,
    device: '/dev/sdc',
    mountPoint: null,
    refusal: 'pool-device',
  };
  expect(findDisk('data', [device, other], [record, part], given).name).toBe('sdb');
  expect(findDisk('vol-2', [device, other], [record, part], given).name).toBe('sdc');
});

test('a word that names a disk and the volume on it is the volume, and with it all that it lies on', () => {
  const volume = { ...device, name: 'dm-0', path: '/dev/dm-0', links: [], diskSequence: 12 };
  const given = new Map([
    ['/dev/sdc', ['data']],
    ['/dev/dm-0', ['data']],
  ]);
  const lying = {
    ...record,
    key: 'dm-0@12',
    device: '/dev/dm-0',
    mountPoint: null,
    beneath: [`sdc@${other.diskSequence}`],
  };
  expect(findDisk('data', [other, volume], [lying], given).name).toBe('dm-0');
  const both = new Map([...given, ['/dev/sdb', ['data']]]);
  expect(() => findDisk('data', [device, other, volume], [lying], both)).toThrow(
    expect.objectContaining({ code: 'disk.ambiguous' }),
  );
});
