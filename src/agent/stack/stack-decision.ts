import { type DecisionTable, decide } from '../../core/decision/decision-table.ts';
import type { LayerName } from '../flags/layer-names.ts';
import { isInternalVolume } from './layer-kind.ts';
import type { BottomDisk, Stack, StackLayer } from './stack.ts';

export interface StackSubject {
  readonly stack: Stack;
  /** CONFIG_LAYERS */
  readonly allowed: readonly LayerName[];
  /** A person wants it mounted. */
  readonly isAsked: boolean;
}

/** Why a layered device is left alone. To add one: a row here, a row in the document, a test. */
export const stackTable: DecisionTable<StackSubject, 'leave'> = {
  document: 'docs/decisions/layered-device.md',
  rows: [
    {
      row: 1,
      code: 'layer-unknown',
      outcome: 'leave',
      applies: ({ stack }) =>
        someLayer(
          stack,
          ({ kind }) => kind === null,
          (path) => `${path} is neither LUKS2, LVM, md nor multipath`,
        ),
    },
    {
      row: 2,
      code: 'layer-off',
      outcome: 'leave',
      applies: ({ stack, allowed }) =>
        someLayer(
          stack,
          ({ kind }) => kind !== null && !allowed.includes(kind),
          (path, { kind }) => `${path} is of ${kind}, which CONFIG_LAYERS does not name`,
        ),
    },
    {
      row: 3,
      code: 'no-disk-beneath',
      outcome: 'leave',
      applies: ({ stack: { bottoms } }) => bottoms.length === 0 && 'the kernel names no disk that it lies on',
    },
    {
      row: 4,
      code: 'system-beneath',
      outcome: 'leave',
      applies: ({ stack }) =>
        someBottom(
          stack,
          ({ isSystemDisk }) => isSystemDisk,
          (path) => `it lies on ${path}, which the system runs from`,
        ),
    },
    {
      row: 5,
      code: 'foreign-disk',
      outcome: 'leave',
      applies: ({ stack }) =>
        someBottom(
          stack,
          ({ isDataDisk }) => !isDataDisk,
          (path) => `it lies on ${path}, which is not a data disk`,
        ),
    },
    {
      row: 6,
      code: 'detached-beneath',
      outcome: 'leave',
      applies: ({ stack, isAsked }) =>
        !isAsked &&
        someBottom(
          stack,
          ({ isDetached }) => isDetached,
          (path) => `it lies on ${path}, which was detached`,
        ),
    },
    {
      row: 7,
      code: 'internal-volume',
      outcome: 'leave',
      applies: ({ stack }) => isInternalVolume(stack.layers[0]?.mapperUuid ?? null) && 'LVM keeps it to itself',
    },
    {
      row: 10,
      code: 'array-waits',
      outcome: 'leave',
      applies: ({ stack }) =>
        someLayer(
          stack,
          ({ array }) => array?.isStarted === false,
          (path) => `${path} waits for its other members`,
        ),
    },
    {
      row: 8,
      code: 'array-level',
      outcome: 'leave',
      applies: ({ stack }) =>
        someLayer(
          stack,
          ({ array }) => array !== null && array.level !== 'raid1',
          (path, { array }) => `${path} is an array of level ${array?.level || 'unknown'}, and only raid1 is managed`,
        ),
    },
    {
      row: 9,
      code: 'array-degraded',
      outcome: 'leave',
      applies: ({ stack, isAsked }) =>
        !isAsked &&
        someLayer(
          stack,
          ({ array }) => array !== null && array.missing > 0,
          (path, { array }) => `${path} lacks ${array?.missing} of its members: what is on it may be old`,
        ),
    },
  ],
};

// Rows 1 to 5: the stack is somebody else's, in whole or in part.
const codesOfOthers = new Set(['layer-unknown', 'layer-off', 'no-disk-beneath', 'system-beneath', 'foreign-disk']);

/** Whether a row says that the device is not the agent's, and not only that it is not mounted now. */
export function isOfOthers(code: string): boolean {
  return codesOfOthers.has(code);
}

/** The same of a whole stack, whatever else speaks against a mount. @param allowed CONFIG_LAYERS */
export function isStackOfOthers(stack: Stack, allowed: readonly LayerName[]): boolean {
  const refusal = decide(stackTable, { stack, allowed, isAsked: true });
  return refusal !== undefined && isOfOthers(refusal.code);
}

function someLayer(
  { layers }: Stack,
  applies: (layer: StackLayer) => boolean,
  say: (path: string, layer: StackLayer) => string,
): string | false {
  const layer = layers.find(applies);
  return layer !== undefined && say(layer.path, layer);
}

function someBottom(
  { bottoms }: Stack,
  applies: (bottom: BottomDisk) => boolean,
  say: (path: string) => string,
): string | false {
  const bottom = bottoms.find(applies);
  return bottom !== undefined && say(bottom.path);
}
