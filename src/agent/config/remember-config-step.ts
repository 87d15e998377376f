import type { RememberConfigStep } from '../action/action.ts';
import { writeConfigRecord } from './config-record.ts';
import type { System } from '../../core/system/system.ts';

export async function rememberConfigStep(action: RememberConfigStep, system: System): Promise<void> {
  await writeConfigRecord(system, action.step, action.wanted);
}
