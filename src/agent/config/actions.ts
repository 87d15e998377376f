import type { ActionOf } from '../action/kind.ts';
import type { Step as StepOf } from '../action/step.ts';
import { kinds as accessKinds } from '../access/actions.ts';
import { kinds as diskKinds } from '../disk/actions.ts';
import { kinds as identityKinds } from '../identity/actions.ts';
import { kinds as kernelKinds } from '../kernel/actions.ts';
import { rememberConfigStepKind } from './remember-config-step.ts';
import { useLocaleKind } from './use-locale.ts';
import { useTimeServersKind } from './use-time-servers.ts';
import { useTimezoneKind } from './use-timezone.ts';

/** What the stage `config` does: each step of it, and the record that it was done. A planner's actions are of these kinds; to add one: a file with its shape, words and handler, and a line here. */
export const kinds = {
  ...accessKinds,
  ...diskKinds,
  ...identityKinds,
  ...kernelKinds,
  'remember-config-step': rememberConfigStepKind,
  'use-locale': useLocaleKind,
  'use-time-servers': useTimeServersKind,
  'use-timezone': useTimezoneKind,
} as const;

export type Action = ActionOf<typeof kinds>;
export type Step = StepOf<Action>;
