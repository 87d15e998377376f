import type { System } from '../../core/system/system.ts';
import type { StepOutcome } from '../action/apply-steps.ts';
import { converge } from '../action/converge.ts';
import { type Loop, loop } from '../action/loop.ts';
import type { Plan } from '../action/plan.ts';
import type { SpooledEvent } from '../event/spool.ts';
import type { Flags } from '../flags/flag-table.ts';
import { isResumedCopy } from '../identity/resumed-copy.ts';
import { type Action, kinds } from './actions.ts';

/** The platform attached something to a copy that was resumed from the memory of its template: it becomes a machine of its own. */
export function copyLoop(_: readonly SpooledEvent[], flags: Flags, system: System): Loop {
  return loop({ observe: () => isResumedCopy(system, flags), plan: planResumedCopy, kinds });
}

/** The unit of first boot has the rights for it, and looks for what the platform says. */
export function planResumedCopy(isCopy: boolean): Plan<Action> {
  return isCopy
    ? { steps: [{ name: 'machine identity', actions: [{ kind: 'restart-stage', stage: 'bootstrap' }] }] }
    : { steps: [] };
}

let running: Promise<StepOutcome[]> | undefined;

/** For devices that are worked on at the same time: a second restart of the unit would stop the first in its middle. */
export function becomeOwnMachine(flags: Flags, system: System): Promise<StepOutcome[]> {
  running ??= converge(copyLoop([], flags, system), system).finally(() => {
    running = undefined;
  });
  return running;
}
