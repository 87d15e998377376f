import type { Excuse, StepOutcome } from '../action/apply-steps.ts';
import { converge } from '../action/converge.ts';
import type { ActionShape } from '../action/kind.ts';
import { type Loop, loop, planOnce } from '../action/loop.ts';
import type { Plan } from '../action/plan.ts';
import type { Step } from '../action/step.ts';
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

type AnyPlan = Plan<ActionShape>;

/**
 * Converges in two parts: first what is urgent, and once every other device had its turn what can wait. A failure in the
 * first keeps nothing of the second from being done but what needs all before it.
 */
export async function convergeInTurn(
  whole: Loop,
  { excuse, letOthersFirst }: Turn,
  system: System,
): Promise<StepOutcome[]> {
  const look = () => planOnce(whole);
  const part = (observe: () => Promise<AnyPlan>, plan: (all: AnyPlan) => AnyPlan) =>
    loop({ observe, plan, kinds: whole.kinds });
  let latest: AnyPlan | undefined;
  const seeUrgent = async () => {
    latest = await look();
    return latest;
  };
  const urgent = await converge(part(seeUrgent, onlyUrgent), system, excuse);
  const hasFailed = urgent.some(({ failure }) => failure !== null);
  if (!hasFailed && !latest?.steps.some(canFollow)) return urgent;
  // Looked at already, unless something happened since.
  if ((await letOthersFirst()) || hasFailed) latest = undefined;
  const seeRest = async () => {
    const plan = latest ?? (await look());
    latest = undefined;
    return plan;
  };
  return [...urgent, ...(await converge(part(seeRest, onlyFollowing), system, excuse))];
}

function onlyUrgent({ steps, notes }: AnyPlan): AnyPlan {
  return { steps: steps.filter(({ canWait }) => !canWait), ...(notes === undefined ? {} : { notes }) };
}

function onlyFollowing({ steps }: AnyPlan): AnyPlan {
  return { steps: steps.filter(canFollow) };
}

function canFollow({ canWait, needsAllBefore }: Step<ActionShape>): boolean {
  return canWait === true && needsAllBefore !== true;
}
