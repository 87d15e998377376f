import { describeError } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import type { StepOutcome } from '../action/apply-steps.ts';
import { converge } from '../action/converge.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { Part } from './care.ts';

/** Does what is left of a part; one that cannot even be looked at is a failure of its own, and never thrown. */
export async function carryOut(part: Part, system: System, flags: Flags): Promise<StepOutcome[]> {
  try {
    return await converge(part.loop(system, flags), system);
  } catch (failure) {
    system.journal.error(`${part.name}: ${describeError(failure)}`);
    return [{ step: part.name, changed: [], failure, skipped: false }];
  }
}
