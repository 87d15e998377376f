import { writeConfigRecord } from './config-record.ts';
import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Records what a step of `config` wanted when it was done: it is not done again until it wants something else. */
export interface RememberConfigStep {
  readonly kind: 'remember-config-step';
  readonly step: string;
  readonly wanted: string;
}

export const rememberConfigStepKind: ActionKind<RememberConfigStep> = {
  kind: 'remember-config-step',
  describe: (action) => `record: ${action.step} is done`,
  isBookkeeping: () => true,
  apply: rememberConfigStep,
};

async function rememberConfigStep(action: RememberConfigStep, system: System): Promise<void> {
  await writeConfigRecord(system, action.step, action.wanted);
}
