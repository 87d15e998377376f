import { expect, test } from 'vitest';
import { mmpPlaceOf, parseMmpBlock } from '../../../../src/agent/disk/multi-mount.ts';
import { mmpBlockWith, sequences, superblockWith } from './mmp-example.ts';

test('a superblock says where the MMP block is', () => {
  expect(mmpPlaceOf(superblockWith())).toEqual({ blockBytes: 4096, block: 1059, intervalSeconds: 5 });
});

test('an ext file system without MMP has no such block', () => {
  expect(mmpPlaceOf(superblockWith({ incompat: 0x2c2 }))).toBeNull();
});

test.each([
  ['nothing', Buffer.alloc(4096)],
  ['less than a superblock', superblockWith().subarray(0, 1500)],
  ['a superblock whose MMP block is number 0', superblockWith({ block: 0 })],
  ['a superblock with blocks that cannot be', superblockWith({ logBlock: 40 })],
])('%s says nothing', (_, bytes) => {
  expect(mmpPlaceOf(bytes)).toBeUndefined();
});

test.each([
  ['clean', sequences.clean],
  ['checked', sequences.checked],
  ['held', 1],
  ['held', 0xe24d4d4f],
] as const)('%s is what the sequence %i says', (state, sequence) => {
  expect(parseMmpBlock(mmpBlockWith(sequence), 5)).toEqual({
    ...{ state, sequence, node: 'web-1', device: 'sdb' },
    ...{ updatedAt: 1795956694, waitSeconds: 21 },
  });
});

test.each([
  [5, 5, 11],
  [5, 10, 21],
  [30, 10, 61],
  [300, 0, 360],
])('with intervals of %i s and %i s the wait is one of %i s', (ofSuperblock, interval, waitSeconds) => {
  expect(parseMmpBlock(mmpBlockWith(7, { interval }), ofSuperblock)).toMatchObject({ waitSeconds });
});

test('a name is one line, and ends where its field does', () => {
  const node = `evil\n\u001b[2J${'x'.repeat(80)}`;
  expect(parseMmpBlock(mmpBlockWith(7, { node }), 5)?.node).toBe(`evil\\u{a}\\u{1b}[2J${'x'.repeat(55)}`);
});

test.each([
  ['another block', Buffer.alloc(4096)],
  ['a part of one', mmpBlockWith(7).subarray(0, 64)],
])('%s is no MMP block', (_, block) => {
  expect(parseMmpBlock(block, 5)).toBeUndefined();
});
