import type { ActionOf } from '../action/kind.ts';
import type { Step as StepOf } from '../action/step.ts';
import { kinds as diskKinds } from '../disk/actions.ts';
import { runCustomerCodeKind } from './run-customer-code.ts';

/** What the stage `postboot` does. A planner's actions are of these kinds; to add one: a file with its shape, words and handler, and a line here. */
export const kinds = {
  ...diskKinds,
  'run-customer-code': runCustomerCodeKind,
} as const;

export type Action = ActionOf<typeof kinds>;
export type Step = StepOf<Action>;
