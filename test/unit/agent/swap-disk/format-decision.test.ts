import { expect, test } from 'vitest';
import {
  decideFormat,
  type PayloadStanding,
  payloadStanding,
} from '../../../../src/agent/swap-disk/format-decision.ts';
import type { SwapDiskFacts } from '../../../../src/agent/swap-disk/swap-disk.ts';
import {
  bootDisk,
  disk,
  mountOf,
  partitionedFacts,
  partitionOf,
  payload,
  recordOf,
  signatures,
  swapDisk,
  swapFacts,
  withPartitions,
} from '../disk/swap-disk-example.ts';

const wholeDisk = { device: 'vdb', disk: 'vdb', diskSequence: 9 };
const partition = { device: 'vdb1', disk: 'vdb', diskSequence: 9 };

function decide(facts: SwapDiskFacts, standing: PayloadStanding = 'none', target = wholeDisk) {
  const decision = decideFormat({ target, facts, payload: standing });
  return decision.allowed ? [decision.row, decision.reason] : [decision.row, decision.code];
}

test('row 1: nothing is designated', () => {
  expect(decide(swapFacts({ devices: [bootDisk] }))).toEqual([1, 'swap-disk.not-designated']);
});

test('row 1: several are designated, and the reason names them all', () => {
  const facts = swapFacts({ devices: [bootDisk, swapDisk, disk('vdc', { serial: 'gandiswap' })] });
  const decision = decideFormat({ target: wholeDisk, facts, payload: 'here' });
  expect(decision).toMatchObject({ row: 1, because: expect.stringMatching(/\/dev\/vdb.*\/dev\/vdc/) });
});

test('row 1: the flag is a name that any disk can take', () => {
  expect(decide(swapFacts({ swapDevice: '/dev/disk/by-label/swap' }), 'here')).toEqual([1, 'swap-disk.not-designated']);
});

test.each([
  ['another disk', { ...wholeDisk, disk: 'vdc', device: 'vdc' }],
  ['another device of the disk', partition],
  ['the disk was attached again', { ...wholeDisk, diskSequence: 8 }],
  ['no DISKSEQ any more', { ...wholeDisk, diskSequence: null as unknown as number }],
])('row 2: %s', (_, target) => {
  expect(decide(swapFacts(), 'here', target)).toEqual([2, 'swap-disk.changed']);
});

test('row 3: read-only', () => {
  const devices = [bootDisk, { ...swapDisk, readOnly: true }];
  expect(decide(swapFacts({ devices }), 'here')).toEqual([3, 'swap-disk.read-only']);
});

test('row 4: active as swap', () => {
  const swaps = [{ path: '/dev/vdb', type: 'partition', sizeBytes: 1 }];
  expect(decide(swapFacts({ swaps, diskSignatures: signatures('swap') }), 'here')).toEqual([4, 'swap-disk.active']);
});

test.each([
  ['by its number', mountOf(swapDisk.majorMinor, '/srv/data')],
  ['Btrfs, by its source', { ...mountOf('0:42', '/srv/data', '/dev/vdb'), fileSystem: 'btrfs' }],
  ['on /', mountOf(swapDisk.majorMinor, '/')],
])('row 5: mounted, %s', (_, mount) => {
  expect(decide(swapFacts({ mounts: [mount] }), 'here')).toEqual([5, 'swap-disk.mounted']);
});

test('row 5: a partition of it is mounted', () => {
  const part = partitionOf(swapDisk, 1, null);
  const facts = swapFacts({
    devices: [bootDisk, ...withPartitions(swapDisk, [part])],
    mounts: [mountOf(part.majorMinor, '/srv/data')],
  });
  expect(decide(facts, 'here')).toEqual([5, 'swap-disk.mounted']);
});

test('row 6: something is built on it', () => {
  const devices = [bootDisk, { ...swapDisk, holders: ['dm-0'] }];
  expect(decide(swapFacts({ devices }), 'here')).toEqual([6, 'swap-disk.held']);
});

test('row 7: it has partitions and none is gandiswap', () => {
  const devices = [bootDisk, ...withPartitions(swapDisk, [partitionOf(swapDisk, 1, 'data')])];
  expect(decide(swapFacts({ devices }), 'here')).toEqual([7, 'swap-disk.partitioned']);
});

test.each([
  ['too small', 4096, 10],
  ['the smallest', 1024 ** 2, 20],
  ['the largest', 128 * 1024 ** 3, 20],
  ['too large', 128 * 1024 ** 3 + 512, 10],
])('row 10: %s', (_, sizeBytes, row) => {
  expect(decide(swapFacts({ devices: [bootDisk, { ...swapDisk, sizeBytes }] }), 'here')[0]).toBe(row);
});

test.each([
  ['of an MBR', partitionedFacts({ diskSignatures: signatures('dos'), swapDevice: '/dev/vdb1' })],
  ['of an MBR that is named gandiswap all the same', partitionedFacts({ diskSignatures: signatures('dos') })],
  ['of a GPT with another name', partitionedFacts({ swapDevice: '/dev/vdb1' }, 'data')],
  ['of a GPT without a name', partitionedFacts({ swapDevice: '/dev/vdb1' }, null)],
])('row 11: a partition %s', (_, facts) => {
  expect(decide(facts, 'here', partition)).toEqual([11, 'swap-disk.foreign-table']);
});

test.each(['ext4', 'LVM2_member', 'dos', 'iso9660'])('row 12: the disk holds %s beside its GPT', (type) => {
  const diskSignatures = signatures('gpt', 'PMBR', type);
  expect(decide(partitionedFacts({ diskSignatures }), 'here', partition)).toEqual([12, 'swap-disk.foreign-signature']);
});

// What is on it, the row that says no. Each is tried on a whole disk and on the gandiswap partition.
const foreign: [string, number][] = [
  ['swsuspend', 13],
  ...['gpt', 'PMBR', 'dos', 'mac', 'sun', 'sgi', 'bsd', 'atari'].map((type): [string, number] => [type, 14]),
  ...[
    'LVM2_member',
    'LVM1_member',
    'linux_raid_member',
    'crypto_LUKS',
    'zfs_member',
    'bcache',
    'drbd',
    'ddf_raid_member',
    'isw_raid_member',
    'VMFS_volume_member',
    'ceph_bluestore',
    'stratis',
  ].map((type): [string, number] => [type, 15]),
  ...['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'vfat', 'ntfs', 'f2fs', 'iso9660', 'squashfs', 'jbd', 'ambivalent'].map(
    (type): [string, number] => [type, 16],
  ),
  ['a type that nobody has thought of', 16],
];

test.each(foreign.filter(([, row]) => row === 13))('row 13: %s', (type, row) => refusesEverywhere(type, row));
test.each(foreign.filter(([, row]) => row === 14))('row 14: %s', (type, row) => refusesEverywhere(type, row));
test.each(foreign.filter(([, row]) => row === 15))('row 15: %s', (type, row) => refusesEverywhere(type, row));
test.each(foreign.filter(([, row]) => row === 16))('row 16: %s', (type, row) => refusesEverywhere(type, row));

/** Alone and beside swap, whatever else speaks for formatting: a payload that was here, zeros, the partition's name. */
function refusesEverywhere(type: string, row: number) {
  for (const found of [signatures(type), signatures('swap', type), signatures(type, 'swap')]) {
    for (const standing of ['here', 'none'] as const) {
      expect(decide(swapFacts({ diskSignatures: found, record: recordOf() }), standing)[0]).toBe(row);
      const onPartition = partitionedFacts({ swapDeviceSignatures: found, record: recordOf() });
      expect(decide(onPartition, standing, partition)[0]).toBe(row);
    }
  }
}

test.each([
  ['a blank disk', swapFacts(), wholeDisk],
  ['swap', swapFacts({ diskSignatures: signatures('swap'), zeros: undefined }), wholeDisk],
  ['the gandiswap partition', partitionedFacts(), partition],
])('row 17: D2: a payload that cannot be read is never formatted away: %s', (_, facts, target) => {
  expect(decide(facts, 'unreadable', target)).toEqual([17, 'swap-disk.payload-unreadable']);
});

test('row 20: our payload was here', () => {
  const facts = swapFacts({ zeros: 'not-all', record: recordOf() });
  expect(decide(facts, 'here')).toEqual([20, 'payload-was-here']);
  expect(decide(partitionedFacts(), 'here', partition)).toEqual([20, 'payload-was-here']);
});

test('row 20: swap that the payload was written over is formatted again', () => {
  expect(decide(swapFacts({ diskSignatures: signatures('swap') }), 'here')).toEqual([20, 'payload-was-here']);
});

test('row 21: swap without a payload is not formatted', () => {
  expect(decide(swapFacts({ diskSignatures: signatures('swap') }))).toEqual([21, 'swap-disk.is-swap']);
  expect(decide(partitionedFacts({ swapDeviceSignatures: signatures('swap') }), 'none', partition)[0]).toBe(21);
});

test('row 22: a gandiswap partition of a GPT', () => {
  expect(decide(partitionedFacts(), 'none', partition)).toEqual([22, 'gandiswap-partition']);
});

test('row 23: nothing but zeros', () => {
  expect(decide(swapFacts())).toEqual([23, 'blank']);
});

test.each(['not-all', 'too-large', undefined] as const)('row 24: zeros: %s', (zeros) => {
  expect(decide(swapFacts({ zeros }))).toEqual([24, 'swap-disk.not-blank']);
});

test.each<[string, PayloadStanding, Partial<SwapDiskFacts>]>([
  ['zeros without a record', 'none', {}],
  ['zeros, and a record of this disk that is not consumed', 'here', { record: recordOf() }],
  ['zeros, and a record that is consumed', 'none', { record: recordOf({ consumed: true }) }],
  ['zeros, and a record of another serial', 'none', { record: recordOf({ payload: { ...payload, serial: 'other' } }) }],
  ['D3: the payload, still there', 'unreadable', { payloadArea: 'known', record: recordOf() }],
  ['D3: another payload', 'unreadable', { payloadArea: 'archive', record: recordOf() }],
  ['an archive on swap', 'unreadable', { payloadArea: 'archive', diskSignatures: signatures('swap') }],
  ['a wipe that was cut off', 'unreadable', { payloadArea: 'wiping', record: recordOf() }],
  ['bytes that are no archive', 'unreadable', { payloadArea: 'other' }],
  ['bytes that are no archive, on swap', 'none', { payloadArea: 'other', diskSignatures: signatures('swap') }],
])('what the disk says of the payload: %s: %s', (_, expected, changes) => {
  expect(payloadStanding(swapFacts(changes))).toBe(expected);
});

test('what the disk says of the payload: bytes in a partition of another purpose are none', () => {
  const devices = withPartitions(bootDisk, [
    partitionOf(bootDisk, 1, 'gandiroot', { startBytes: 63 * 512 }),
    partitionOf(bootDisk, 2, 'gandiswap', { startBytes: 300 * 1024 ** 2 }),
  ]);
  expect(payloadStanding(swapFacts({ devices, payloadArea: 'other' }))).toBe('none');
  expect(payloadStanding(swapFacts({ devices, payloadArea: 'archive' }))).toBe('unreadable');
});

test('on Xen, where disks have no serial, the kernel name is what a record is compared by', () => {
  const devices = [bootDisk, disk('xvdz', { bus: 'xen' })];
  const onDisk = (name: string) => recordOf({ payload: { ...payload, disk: name, serial: null } });
  expect(payloadStanding(swapFacts({ devices, record: onDisk('xvdz') }))).toBe('here');
  expect(payloadStanding(swapFacts({ devices, record: onDisk('xvdy') }))).toBe('none');
});
