import type { Step } from '../action/action.ts';
import type { Excuse, StepOutcome } from '../action/apply-steps.ts';
import { converge } from '../action/converge.ts';
import type { System } from '../../core/system/system.ts';

/** What the answer to a device's events may ask of the loop that it is part of. */
export interface Turn {
  readonly excuse: Excuse;
  /**
   * Returns when no other device waits for its first turn, and there is a place.
   * @returns whether others had theirs meanwhile: then the machine is not what it was
   */
  readonly letOthersFirst: () => Promise<boolean>;
}

/**
 * Converges in two parts: first what is urgent, and once every other device had its turn what can wait. A failure in the
 * first keeps nothing of the second from being done but what needs all before it.
 */
export async function convergeInTurn(
  observeAndPlan: () => Promise<readonly Step[]>,
  { excuse, letOthersFirst }: Turn,
  system: System,
): Promise<StepOutcome[]> {
  let latest: readonly Step[] | undefined;
  const planUrgent = async () => {
    latest = await observeAndPlan();
    return latest.filter(({ canWait }) => !canWait);
  };
  const urgent = await converge(planUrgent, system, excuse);
  const hasFailed = urgent.some(({ failure }) => failure !== null);
  if (!hasFailed && !latest?.some(canFollow)) return urgent;
  // Looked at already, unless something happened since.
  if ((await letOthersFirst()) || hasFailed) latest = undefined;
  const planRest = async () => {
    const steps = latest ?? (await observeAndPlan());
    latest = undefined;
    return steps.filter(canFollow);
  };
  return [...urgent, ...(await converge(planRest, system, excuse))];
}

function canFollow({ canWait, needsAllBefore }: Step): boolean {
  return canWait === true && needsAllBefore !== true;
}
