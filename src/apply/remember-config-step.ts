import type { RememberConfigStep } from '../action.ts';
import { writeConfigRecord } from '../state/config-record.ts';
import type { System } from '../system/system.ts';

export async function rememberConfigStep(action: RememberConfigStep, system: System): Promise<void> {
  await writeConfigRecord(system, action.step, action.wanted);
}
