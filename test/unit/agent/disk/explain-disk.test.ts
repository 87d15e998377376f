import { describe, expect, test } from 'vitest';
import { plainText } from '../../../../src/core/command/line.ts';
import { explainDisk } from '../../../../src/agent/disk/explain-disk.ts';
import { attached, mountAt, record } from './disk-example.ts';
import { listed } from './listed-disk-example.ts';

const nothing = { done: [], users: [], wantedName: undefined };

function explained(...given: Parameters<typeof listed>): string {
  return explainDisk(listed(...given), nothing, Number.POSITIVE_INFINITY)
    .map(plainText)
    .join('\n');
}

test.each([
  [
    'mounted by us',
    { records: [record], mounts: [mountAt('/srv/data')] },
    /mounted at \/srv\/data\.\n.*disk detach \/dev\/sdb/,
  ],
  [
    'unmounted by somebody',
    { records: [record] },
    /somebody unmounted it from \/srv\/data.*\n.*disk attach \/dev\/sdb/,
  ],
  [
    'detached',
    { records: [{ ...record, isDetached: true, mountPoint: null }] },
    /is detached; it may be removed now\.\n.*disk attach \/dev\/sdb/,
  ],
  [
    'blank',
    { attached: { ...attached, fileSystem: undefined } },
    /no file system was found.*\n.*mkfs\.ext4 -L data \/dev\/sdb/,
  ],
  [
    'a LUKS container',
    { attached: { ...attached, fileSystem: 'crypto_LUKS', usage: 'crypto' } },
    /it is a LUKS container\.\n.*cryptsetup open \/dev\/sdb/,
  ],
  ['not mounted yet', {}, /not mounted yet, and nothing speaks against it\.\n.*disk attach \/dev\/sdb/],
  ['gone', { attached: undefined }, /is not attached/],
  [
    'the system disk',
    { attached: { ...attached, isSystemDisk: true, isDataDisk: false } },
    /is the disk that the system runs from/,
  ],
])('%s', (_, facts, expected) => {
  expect(explained(facts)).toMatch(expected);
});

test('where no rule marks it, the word that would, beside those that are set', () => {
  const unmarked = { attached: { ...attached, isDataDisk: false } };
  const page = explained(unmarked, { looksLike: 'hetzner' });
  expect(page).toContain('set CONFIG_DATA_DISKS="auto hetzner"');
  expect(page).toContain('by no rule; it looks like a volume of hetzner');
  expect(explained(unmarked, { looksLike: 'ebs', platforms: ['gandi', 'gce'] })).toContain('"gandi gce ebs"');
  expect(explained(unmarked, { platforms: ['gce'] })).toContain('set CONFIG_DATA_DISKS="gce all-but-system"');
});

test('size, label, UUID, serial, use, users and what was done with it', () => {
  const disk = listed(
    { records: [record], mounts: [mountAt('/srv/data')] },
    { space: { totalBytes: 60 * 2 ** 20, usedBytes: 21 * 2 ** 20 } },
  );
  const history = {
    done: ['12:44:03  mount /dev/sdb (ext4) at /srv/data'],
    users: ['sleep (1893)'],
    wantedName: 'data',
  };
  expect(explainDisk({ ...disk, mountPoint: '/srv/data_2' }, history, 60).map(plainText)).toEqual([
    '/dev/sdb (ext4, 64 MiB, "data") is mounted at /srv/data.',
    '  next    before it is removed, run `gandi-agent disk detach',
    '          /dev/sdb`',
    '  folder  /srv/data_2, as another disk has the name data',
    '  used    21 MiB of 60 MiB (35 %)',
    '  UUID    11111111-2222-3333-4444-555555555555',
    '  serial  disk-42',
    '  model   gandi.ne volume',
    '  marked  as a data disk, by the rule of gandi',
    '  users   sleep (1893)',
    '  done    12:44:03  mount /dev/sdb (ext4) at /srv/data',
  ]);
});

test('a disk that the system is mounted from is the system disk, with its mount point and no word of a platform', () => {
  const facts = { attached: { ...attached, isSystemDisk: true, isDataDisk: false }, mounts: [mountAt('/')] };
  expect(listed(facts)).toMatchObject({ state: 'left-alone', code: 'system-disk', mountPoint: '/' });
  const page = explained(facts, { looksLike: 'virtio' });
  expect(page).toContain('is the disk that the system runs from');
  expect(page).not.toContain('looks like');
});

test('of many programs that use it the first are named', () => {
  const users = Array.from({ length: 40 }, (_, index) => `sleep (${index})`);
  const lines = explainDisk(listed({ records: [record], mounts: [mountAt('/srv/data')] }), { ...nothing, users }, 1000);
  expect(lines.map(plainText).join('\n')).toContain('sleep (11) and 28 more');
});

describe('a partition of a disk that was enlarged', () => {
  const facts = {
    attached: { ...attached, roomBytes: 10 * 2 ** 30 },
    records: [record],
    mounts: [mountAt('/srv/data')],
  };

  test('what lies behind it is said, with the flag that lets it grow there', () => {
    expect(explained(facts)).toContain(
      'unused  10 GiB of its disk, behind the partition; CONFIG_GROW_PARTITION=1 in the flags file lets it grow there',
    );
  });

  test.each([
    ['the flag is set', facts, { growsPartitions: true }],
    ['that is what a partitioning tool leaves', { ...facts, attached: { ...attached, roomBytes: 2 ** 20 } }, {}],
    ['the agent has not mounted it', { ...facts, records: [] }, {}],
  ])('nothing is said where %s', (_, given, more) => {
    expect(listed(given, more).unusedBytes).toBeNull();
  });
});
