import type { ActionOf } from '../action/kind.ts';
import type { Step as StepOf } from '../action/step.ts';
import { kinds as actionKinds } from '../action/actions.ts';
import { commitPayloadKind } from './commit-payload.ts';
import { enableSwapKind } from './enable-swap.ts';
import { makeSwapKind } from './make-swap.ts';
import { storeScriptKind } from './store-script.ts';
import { wipePayloadKind } from './wipe-payload.ts';

/** All that can happen to the swap disk and the payload on it. A planner's actions are of these kinds; to add one: a file with its shape, words and handler, and a line here. */
export const kinds = {
  ...actionKinds,
  'store-script': storeScriptKind,
  'commit-payload': commitPayloadKind,
  'wipe-payload': wipePayloadKind,
  'make-swap': makeSwapKind,
  'enable-swap': enableSwapKind,
} as const;

export type Action = ActionOf<typeof kinds>;
export type Step = StepOf<Action>;
