import { AgentError, describeError } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import { applySteps, type Excuse, type StepOutcome } from './apply-steps.ts';
import type { ActionShape } from './kind.ts';
import { type Loop, planOnce } from './loop.ts';
import type { Step } from './step.ts';

// A plan that is still not empty then is driving the machine back and forth.
const maximalRounds = 5;

/**
 * Observe, plan, apply, and again until nothing is left to do. First boot, a run by hand and every hotplug event are
 * this loop with other facts. Each note and each mistake of a plan is logged once, and is in the outcomes.
 * @param excuse asked when an action failed: what it excuses is not a failure, and the machine is looked at again
 * @returns the outcomes of all rounds; it stops early once a step failed, as trying again at once would fail again
 */
export async function converge(loop: Loop, system: System, excuse?: Excuse): Promise<StepOutcome[]> {
  const told = new Set<string>();
  const outcomes: StepOutcome[] = [];
  const remarks: StepOutcome[] = [];
  for (let round = 1; round <= maximalRounds; round += 1) {
    const plan = await planOnce(loop);
    tellNotes(plan.notes ?? [], told, remarks, system);
    for (const mistake of plan.mistakes ?? []) tellMistake(mistake, told, remarks, system);
    const left = plan.steps.filter(hasActions);
    if (left.length === 0) return [...outcomes, ...remarks];
    outcomes.push(...(await applySteps(left, loop.kinds, system, excuse)));
    if (outcomes.some(isFailedStep)) return [...outcomes, ...remarks];
  }
  const unfinished = (await planOnce(loop)).steps.filter(hasActions);
  return [...outcomes, ...remarks, ...unfinished.map(neverDone)];
}

/** Once, although each look at the machine finds them. */
function tellNotes(notes: readonly string[], told: Set<string>, outcomes: StepOutcome[], system: System): void {
  const news = [...new Set(notes)].filter((note) => !told.has(note));
  for (const note of news) {
    told.add(note);
    system.journal.warn(note);
  }
  if (news.length > 0)
    outcomes.push({ step: 'configuration', changed: [], failure: null, skipped: false, notes: news });
}

/** Once, although each look at the machine finds it. */
function tellMistake(mistake: AgentError, told: Set<string>, outcomes: StepOutcome[], system: System): void {
  const text = describeError(mistake);
  if (told.has(text)) return;
  told.add(text);
  system.journal.error(text, { code: mistake.code });
  outcomes.push({ step: 'configuration', changed: [], failure: mistake, skipped: false });
}

/** One that may be done at the next run; what was done and is not used would be no other at once. */
function isFailedStep({ failure, isUnused }: StepOutcome): boolean {
  return failure !== null && !isUnused;
}

function hasActions({ actions }: Step<ActionShape>): boolean {
  return actions.length > 0;
}

function neverDone(step: Step<ActionShape>): StepOutcome {
  const failure = new AgentError(`not done after ${maximalRounds} rounds`, {
    code: 'stage.no-end',
    subject: step.name,
    remedy: 'something else on this machine changes it back: look for it in the journal',
  });
  return { step: step.name, changed: [], failure, skipped: false };
}
