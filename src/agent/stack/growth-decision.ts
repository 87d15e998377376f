import type { DecisionTable } from '../../core/decision/decision-table.ts';

/** A member of a stack that may have grown, and what lies on it: all in bytes. */
export interface LayerGrowth {
  /** Why what it is a part of is not the agent's, in the words of docs/decisions/layer-assembly.md. */
  readonly refusal: string | undefined;
  readonly isSystemDisk: boolean;
  /** The agent mounted what lies on it so that not one byte changes. */
  readonly isKept: boolean;
  /** What of the device the layer does not use. */
  readonly unusedBytes: number;
  /** The least by which the layer grows: an extent of LVM. */
  readonly stepBytes: number;
  /** Members of an array that are smaller than this one, or as the array uses it. */
  readonly smallMembers: readonly string[];
  /** Of LVM; undefined for any other layer. */
  readonly group: GroupGrowth | undefined;
}

export interface GroupGrowth {
  readonly logicalVolumes: number;
  /** It is a volume of a plain kind: linear. */
  readonly isLinear: boolean;
  /** The agent mounted it, or what lies on it. */
  readonly isMountedByUs: boolean;
  /** Extents that were free before the physical volume grew. */
  readonly freeBefore: number;
}

type Outcome = 'leave' | 'grow-layer' | 'grow-layer-and-volume';

/** How far a layer grows that its disk has outgrown. Asked right before, by the handler. */
export const layerGrowthTable: DecisionTable<LayerGrowth, Outcome> = {
  document: 'docs/decisions/layer-growth.md',
  rows: [
    { row: 1, code: 'not-ours', outcome: 'leave', applies: ({ refusal }) => refusal ?? false },
    {
      row: 2,
      code: 'system-disk',
      outcome: 'leave',
      applies: ({ isSystemDisk }) => isSystemDisk && 'the running system is on it',
    },
    {
      row: 11,
      code: 'kept-unchanged',
      outcome: 'leave',
      applies: ({ isKept }) => isKept && 'it is mounted so that not one byte of it changes',
    },
    {
      row: 3,
      code: 'small-member',
      outcome: 'leave',
      applies: ({ smallMembers }) =>
        smallMembers.length > 0 && `${smallMembers.join(' and ')} has to grow too, before the array can`,
    },
    {
      row: 4,
      code: 'filled',
      outcome: 'leave',
      applies: ({ unusedBytes, stepBytes }) => unusedBytes < stepBytes && 'it is used to its end',
    },
    {
      row: 5,
      code: 'several-volumes',
      outcome: 'grow-layer',
      applies: ofGroup(
        ({ logicalVolumes }) => logicalVolumes !== 1 && `its volume group has ${logicalVolumes} volumes`,
      ),
    },
    {
      row: 6,
      code: 'volume-kind',
      outcome: 'grow-layer',
      applies: ofGroup(({ isLinear }) => !isLinear && 'its volume is not a linear one'),
    },
    {
      row: 7,
      code: 'space-was-left',
      outcome: 'grow-layer',
      applies: ofGroup(
        ({ freeBefore }) => freeBefore > 0 && `somebody left ${freeBefore} extents of its volume group free`,
      ),
    },
    {
      row: 8,
      code: 'volume-not-mounted',
      outcome: 'grow-layer',
      applies: ofGroup(({ isMountedByUs }) => !isMountedByUs && 'the agent has not mounted its volume'),
    },
    {
      row: 9,
      code: 'volume-filled-group',
      outcome: 'grow-layer-and-volume',
      applies: ofGroup(() => 'its only volume filled its volume group'),
    },
    { row: 10, code: 'outgrown', outcome: 'grow-layer', applies: () => 'its device has grown' },
  ],
};

function ofGroup(applies: (group: GroupGrowth) => string | false): (growth: LayerGrowth) => string | false {
  return ({ group }) => group !== undefined && applies(group);
}
