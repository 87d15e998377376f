import type { ActionOf } from '../action/kind.ts';
import type { Step as StepOf } from '../action/step.ts';
import { kinds as actionKinds } from '../action/actions.ts';
import { installModulesKind } from './install-modules.ts';
import { loadKernelSettingsKind } from './load-kernel-settings.ts';

/** What the running kernel gets: its modules and its settings. A planner's actions are of these kinds; to add one: a file with its shape, words and handler, and a line here. */
export const kinds = {
  ...actionKinds,
  'load-kernel-settings': loadKernelSettingsKind,
  'install-modules': installModulesKind,
} as const;

export type Action = ActionOf<typeof kinds>;
export type Step = StepOf<Action>;
