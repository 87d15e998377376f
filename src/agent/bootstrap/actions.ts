import type { ActionOf } from '../action/kind.ts';
import type { Step as StepOf } from '../action/step.ts';
import { kinds as identityKinds } from '../identity/actions.ts';
import { kinds as accessKinds } from '../access/actions.ts';
import { kinds as networkKinds } from '../network/actions.ts';
import { kinds as diskKinds } from '../disk/actions.ts';
import { kinds as swapDiskKinds } from '../swap-disk/actions.ts';
import { kinds as kernelKinds } from '../kernel/actions.ts';

/** What the stage `bootstrap` does: the sum of the domains that a first boot touches. A planner's actions are of these kinds; to add one: a file with its shape, words and handler, and a line here. */
export const kinds = {
  ...identityKinds,
  ...accessKinds,
  ...networkKinds,
  ...diskKinds,
  ...swapDiskKinds,
  ...kernelKinds,
} as const;

export type Action = ActionOf<typeof kinds>;
export type Step = StepOf<Action>;
