import { expect, test } from 'vitest';
import { decideAlways } from '../../../../src/core/decision/decision-table.ts';
import { type LayerGrowth, layerGrowthTable } from '../../../../src/agent/stack/growth-decision.ts';

const group = { logicalVolumes: 1, isLinear: true, isMountedByUs: true, freeBefore: 0 };
const growth: LayerGrowth = {
  refusal: undefined,
  isSystemDisk: false,
  isKept: false,
  unusedBytes: 32 * 2 ** 20,
  stepBytes: 4 * 2 ** 20,
  smallMembers: [],
  group,
};

test.each([
  [1, 'not-ours', { refusal: 'its volume group vg lacks 1 of 2 physical volumes' }, 'leave'],
  [2, 'system-disk', { isSystemDisk: true }, 'leave'],
  [11, 'kept-unchanged', { isKept: true }, 'leave'],
  [3, 'small-member', { smallMembers: ['/dev/sdc'], group: undefined }, 'leave'],
  [4, 'filled', { unusedBytes: 4 * 2 ** 20 - 1 }, 'leave'],
  [5, 'several-volumes', { group: { ...group, logicalVolumes: 2 } }, 'grow-layer'],
  [5, 'several-volumes', { group: { ...group, logicalVolumes: 0 } }, 'grow-layer'],
  [6, 'volume-kind', { group: { ...group, isLinear: false } }, 'grow-layer'],
  [7, 'space-was-left', { group: { ...group, freeBefore: 1 } }, 'grow-layer'],
  [8, 'volume-not-mounted', { group: { ...group, isMountedByUs: false } }, 'grow-layer'],
  [9, 'volume-filled-group', {}, 'grow-layer-and-volume'],
  [10, 'outgrown', { group: undefined }, 'grow-layer'],
] as const)('row %i, %s', (row, code, changes, outcome) => {
  expect(decideAlways(layerGrowthTable, { ...growth, ...changes })).toMatchObject({ row, code, outcome });
});
