import { expect, test } from 'vitest';
import { decideEnable } from '../../../../src/agent/swap-disk/enable-decision.ts';
import type { SwapDiskFacts } from '../../../../src/agent/swap-disk/swap-disk.ts';
import { bootDisk, mountOf, partitionedFacts, signatures, swapDisk, swapFacts } from '../disk/swap-disk-example.ts';

const formatted = (changes: Partial<SwapDiskFacts> = {}) =>
  swapFacts({ diskSignatures: signatures('swap'), zeros: undefined, ...changes });

function rowOf(facts: SwapDiskFacts, device = 'vdb') {
  return decideEnable(device, facts).row;
}

test('row 1: nothing is designated', () => {
  expect(rowOf(formatted({ devices: [bootDisk] }))).toBe(1);
});

test('row 2: it is not the swap device', () => {
  expect(rowOf(formatted(), 'vdc')).toBe(2);
});

test('row 3: read-only', () => {
  expect(rowOf(formatted({ devices: [bootDisk, { ...swapDisk, readOnly: true }] }))).toBe(3);
});

test('row 5: mounted', () => {
  expect(rowOf(formatted({ mounts: [mountOf(swapDisk.majorMinor, '/srv/a')] }))).toBe(5);
});

test('row 50: it is active already', () => {
  const swaps = [{ path: '/dev/vdb', type: 'partition', sizeBytes: 1 }];
  expect(decideEnable('vdb', formatted({ swaps }))).toMatchObject({ row: 50, already: true });
});

test.each(['swsuspend', 'ext4', 'LVM2_member', 'gpt'])('row 51: %s', (type) => {
  expect(rowOf(swapFacts({ diskSignatures: signatures('swap', type) }))).toBe(51);
  expect(rowOf(swapFacts({ diskSignatures: signatures(type) }))).toBe(51);
});

test('row 52: not formatted', () => {
  expect(rowOf(swapFacts())).toBe(52);
});

test.each(['archive', 'known', 'wiping'] as const)('row 53: D2: what lies there is: %s', (payloadArea) => {
  expect(rowOf(formatted({ payloadArea }))).toBe(53);
});

test('row 54: swap, used or not', () => {
  expect(decideEnable('vdb', formatted())).toMatchObject({ row: 54, already: false });
  expect(rowOf(formatted({ payloadArea: 'other' }))).toBe(54);
  expect(rowOf(partitionedFacts({ swapDeviceSignatures: signatures('swap') }), 'vdb1')).toBe(54);
});
