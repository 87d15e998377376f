import type { ActionOf } from '../action/kind.ts';
import type { Step as StepOf } from '../action/step.ts';
import { kinds as identityKinds } from '../identity/actions.ts';
import { kinds as accessKinds } from '../access/actions.ts';
import { kinds as networkKinds } from '../network/actions.ts';

/** What `gandi-agent simple-init` does. A planner's actions are of these kinds; to add one: a file with its shape, words and handler, and a line here. */
export const kinds = {
  ...identityKinds,
  ...accessKinds,
  ...networkKinds,
} as const;

export type Action = ActionOf<typeof kinds>;
export type Step = StepOf<Action>;
