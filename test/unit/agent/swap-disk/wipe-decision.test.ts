import { expect, test } from 'vitest';
import type { PayloadLocation } from '../../../../src/core/payload/payload-location.ts';
import { decideWipe } from '../../../../src/agent/swap-disk/wipe-decision.ts';
import type { SwapDiskFacts } from '../../../../src/agent/swap-disk/swap-disk.ts';
import {
  bootDisk,
  mountOf,
  partitionedFacts,
  partitionOf,
  payload,
  payloadOffset,
  recordOf,
  signatures,
  swapDisk,
  swapFacts,
  withPartitions,
} from '../disk/swap-disk-example.ts';

const committed: Partial<SwapDiskFacts> = { record: recordOf(), payloadArea: 'known' };

function decide(facts: SwapDiskFacts, changes: Partial<PayloadLocation> = {}) {
  const decision = decideWipe({ ...payload, ...changes }, facts);
  return decision.allowed ? [decision.row, decision.state] : [decision.row, decision.code];
}

test('row 1: nothing is designated', () => {
  expect(decide(swapFacts({ ...committed, devices: [bootDisk] }))[0]).toBe(1);
});

test('row 2: the disk was attached again', () => {
  expect(decide(swapFacts(committed), { diskSequence: 10 })[0]).toBe(2);
});

test('row 3: read-only', () => {
  expect(decide(swapFacts({ ...committed, devices: [bootDisk, { ...swapDisk, readOnly: true }] }))[0]).toBe(3);
});

test('row 4: active as swap', () => {
  const swaps = [{ path: '/dev/vdb', type: 'partition', sizeBytes: 1 }];
  expect(decide(swapFacts({ ...committed, swaps }))[0]).toBe(4);
});

test('row 5: mounted', () => {
  expect(decide(swapFacts({ ...committed, mounts: [mountOf(swapDisk.majorMinor, '/srv/a')] }))[0]).toBe(5);
});

test('row 6: something is built on it', () => {
  expect(decide(swapFacts({ ...committed, devices: [bootDisk, { ...swapDisk, holders: ['md0'] }] }))[0]).toBe(6);
});

test('row 7: it has partitions and none is gandiswap', () => {
  const devices = [bootDisk, ...withPartitions(swapDisk, [partitionOf(swapDisk, 1, 'data')])];
  expect(decide(swapFacts({ ...committed, devices }))[0]).toBe(7);
});

test.each<[string, Partial<PayloadLocation>]>([
  ['another serial', { serial: 'other' }],
  ['no serial', { serial: null }],
  ['another offset', { offset: 0 }],
  ['no length', { length: 0 }],
  ['beyond the end of the disk', { length: swapDisk.sizeBytes }],
])('row 30: %s', (_, changes) => {
  expect(decide(swapFacts(committed), changes)).toEqual([30, 'payload.wrong-place']);
});

test('row 30: longer than any payload', () => {
  const devices = [bootDisk, { ...swapDisk, sizeBytes: 100 * 1024 ** 3 }];
  expect(decide(swapFacts({ ...committed, devices }), { length: 4 * 1024 ** 3 })[0]).toBe(30);
});

test.each([
  ['begins in it', 63 * 512, 10240],
  ['ends in it', payloadOffset + 512, 1024],
])('row 31: the payload %s', (_, startBytes, length) => {
  const other = partitionOf(swapDisk, 1, 'data', { startBytes, sizeBytes: 1024 ** 2 });
  const swap = partitionOf(swapDisk, 2, 'gandiswap', { startBytes: 10 * 1024 ** 2 });
  const devices = [bootDisk, ...withPartitions(swapDisk, [other, swap])];
  const record = recordOf({ payload: { ...payload, length } });
  const facts = partitionedFacts({ ...committed, devices, record });
  expect(decide(facts, { length })).toEqual([31, 'payload.other-partition']);
});

test('row 31: a partition that begins right behind it is not reached', () => {
  const swap = partitionOf(swapDisk, 2, 'gandiswap', { startBytes: 10 * 1024 ** 2 });
  const other = partitionOf(swapDisk, 1, 'data', { startBytes: payloadOffset + payload.length });
  const devices = [bootDisk, ...withPartitions(swapDisk, [other, swap])];
  expect(decide(partitionedFacts({ ...committed, devices }))[0]).toBe(40);
});

test.each(['ext4', 'LVM2_member', 'crypto_LUKS', 'swsuspend', 'gpt'])('row 32: %s on the device', (type) => {
  expect(decide(swapFacts({ ...committed, diskSignatures: signatures('swap', type) }))[0]).toBe(32);
});

test('row 33: the disk holds more than a partition table', () => {
  const diskSignatures = signatures('gpt', 'PMBR', 'ext4');
  expect(decide(partitionedFacts({ ...committed, diskSignatures }))[0]).toBe(33);
});

test.each<[string, SwapDiskFacts]>([
  ['nothing is on record', swapFacts({ ...committed, record: undefined })],
  [
    'another payload is',
    swapFacts({ ...committed, record: recordOf({ payload: { ...payload, digest: 'e'.repeat(64) } }) }),
  ],
  ['another length is', swapFacts({ ...committed, record: recordOf({ payload: { ...payload, length: 512 } }) })],
])('row 34: %s', (_, facts) => {
  expect(decide(facts)).toEqual([34, 'payload.not-committed']);
});

test('row 40: the bytes that were applied', () => {
  expect(decide(swapFacts(committed))).toEqual([40, 'start']);
  expect(decide(swapFacts({ ...committed, diskSignatures: signatures('swap') }))).toEqual([40, 'start']);
  expect(decide(partitionedFacts(committed))).toEqual([40, 'start']);
});

test('row 41: a wipe that was cut off goes on', () => {
  expect(decide(swapFacts({ ...committed, payloadArea: 'wiping' }))).toEqual([41, 'resume']);
});

test('row 42: nothing is left to wipe', () => {
  expect(decide(swapFacts({ ...committed, payloadArea: 'zero' }))).toEqual([42, 'done']);
});

test.each(['archive', 'other', undefined] as const)('row 43: what lies there is: %s', (payloadArea) => {
  expect(decide(swapFacts({ ...committed, payloadArea }))).toEqual([43, 'payload.other-bytes']);
});
