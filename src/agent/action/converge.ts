import type { Step } from './action.ts';
import { AgentError } from '../../core/error/agent-error.ts';
import { applySteps, type Excuse, type StepOutcome } from './apply-steps.ts';
import type { System } from '../../core/system/system.ts';

// A plan that is still not empty then is driving the machine back and forth.
const maximalRounds = 5;

/**
 * Observe, plan, apply, and again until nothing is left to do. First boot, a run by hand and every hotplug event are
 * this loop with other facts.
 * @param observeAndPlan looks at the machine and returns what is still to do
 * @param excuse asked when an action failed: what it excuses is no failure, and the machine is looked at again
 * @returns the outcomes of all rounds; it stops early once a step failed, as trying again at once would fail again
 */
export async function converge(
  observeAndPlan: () => Promise<readonly Step[]>,
  system: System,
  excuse?: Excuse,
): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (let round = 1; round <= maximalRounds; round += 1) {
    const steps = (await observeAndPlan()).filter((step) => step.actions.length > 0);
    if (steps.length === 0) return outcomes;
    outcomes.push(...(await applySteps(steps, system, excuse)));
    if (outcomes.some((outcome) => outcome.failure !== null)) return outcomes;
  }
  const unfinished = (await observeAndPlan()).filter((step) => step.actions.length > 0);
  return unfinished.length === 0 ? outcomes : [...outcomes, ...unfinished.map(neverDone)];
}

function neverDone(step: Step): StepOutcome {
  const failure = new AgentError(`not done after ${maximalRounds} rounds`, {
    code: 'stage.no-end',
    subject: step.name,
    remedy: 'something else on this machine changes it back: look for it in the journal',
  });
  return { step: step.name, changed: [], failure, skipped: false };
}
