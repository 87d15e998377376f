import type { ActionOf } from '../action/kind.ts';
import type { Step as StepOf } from '../action/step.ts';
import { kinds as bootstrapKinds } from '../bootstrap/actions.ts';
import { restartStageKind } from '../stage/restart-stage.ts';

/** What is done about a device that came, changed or went. A planner's actions are of these kinds; to add one: a file with its shape, words and handler, and a line here. */
export const kinds = {
  ...bootstrapKinds,
  'restart-stage': restartStageKind,
} as const;

export type Action = ActionOf<typeof kinds>;
export type Step = StepOf<Action>;
