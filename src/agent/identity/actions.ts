import type { ActionOf } from '../action/kind.ts';
import type { Step as StepOf } from '../action/step.ts';
import { kinds as actionKinds } from '../action/actions.ts';
import { makeHostKeyKind } from './make-host-key.ts';
import { makeMachineIdKind } from './make-machine-id.ts';
import { reseedRandomKind } from './reseed-random.ts';
import { setClockKind } from './set-clock.ts';
import { setHostnameKind } from './set-hostname.ts';

/** What makes this machine one of its own: its name and its host keys. A planner's actions are of these kinds; to add one: a file with its shape, words and handler, and a line here. */
export const kinds = {
  ...actionKinds,
  'set-hostname': setHostnameKind,
  'make-host-key': makeHostKeyKind,
  'make-machine-id': makeMachineIdKind,
  'reseed-random': reseedRandomKind,
  'set-clock': setClockKind,
} as const;

export type Action = ActionOf<typeof kinds>;
export type Step = StepOf<Action>;
