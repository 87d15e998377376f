import type { ActionOf } from './action/kind.ts';
import type { Step as StepOf } from './action/step.ts';
import { kinds as hotplugKinds } from './hotplug/actions.ts';
import { kinds as hostRequestKinds } from './host-request/actions.ts';
import { kinds as configKinds } from './config/actions.ts';
import { kinds as postbootKinds } from './postboot/actions.ts';
import { kinds as simpleInitKinds } from './simple-init/actions.ts';

/**
 * Every change that the agent can make to a machine. The table is closed on purpose: there is no "run this command", so
 * reading the kinds of each domain is reading all that can ever happen.
 */
export const kinds = {
  ...hotplugKinds,
  ...configKinds,
  ...postbootKinds,
  ...simpleInitKinds,
  ...hostRequestKinds,
} as const;

export type Action = ActionOf<typeof kinds>;
export type Step = StepOf<Action>;
