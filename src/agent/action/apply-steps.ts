import type { Action, Step } from './action.ts';
import { AgentError, describeError } from '../../core/error/agent-error.ts';
import { describeAction, deviceOf } from './describe-action.ts';
import type { Fields } from '../../core/system/journal.ts';
import type { System } from '../../core/system/system.ts';
import { applyAction } from '../handlers.ts';

export interface StepOutcome {
  readonly step: string;
  /** One line for each action that was carried out. */
  readonly changed: readonly string[];
  readonly failure: unknown;
  /** True where an earlier step's failure made this one impossible. */
  readonly skipped: boolean;
  /** The step's own `problem`, once it was told. */
  readonly problem?: string;
  /** Why what kept it from being done is no failure. */
  readonly excuse?: string;
}

/** Why something that could not be done is no failure, such as that the disk went meanwhile; undefined if it is one. */
export type Excuse = () => Promise<string | undefined>;

const noExcuse: Excuse = () => Promise.resolve(undefined);

/**
 * Carries out the steps in order. A failing action ends its own step only; a step that needs all before it is
 * skipped once anything failed. Never throws for a failing action: the outcome carries it.
 * @param excuse asked when an action failed
 */
export async function applySteps(
  steps: readonly Step[],
  system: System,
  excuse: Excuse = noExcuse,
): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (const step of steps) {
    const somethingFailed = outcomes.some((outcome) => outcome.failure !== null);
    if (step.needsAllBefore && somethingFailed) {
      outcomes.push({ step: step.name, changed: [], failure: null, skipped: true });
      continue;
    }
    outcomes.push(await applyStep(step, system, excuse));
  }
  return outcomes;
}

async function applyStep(step: Step, system: System, excuse: Excuse): Promise<StepOutcome> {
  const changed: string[] = [];
  if (step.problem !== undefined) system.journal.error(`${step.name}: ${step.problem}`);
  try {
    for (const action of step.actions) {
      await applyLogged(step, action, system);
      changed.push(describeAction(action));
    }
    return { step: step.name, changed, failure: null, skipped: false, ...problemOf(step) };
  } catch (failure) {
    const excused = await excuse();
    if (excused !== undefined) {
      system.journal.info(`${step.name}: ${excused}`, { step: step.name });
      return { step: step.name, changed, failure: null, skipped: true, excuse: excused, ...problemOf(step) };
    }
    system.journal.error(`${step.name}: ${describeError(failure)}`, fieldsOf(step, failure, changed.length));
    return { step: step.name, changed, failure, skipped: false, ...problemOf(step) };
  }
}

function problemOf({ problem }: Step): Pick<StepOutcome, 'problem'> {
  return problem === undefined ? {} : { problem };
}

/** What a line about a failure is found by: also what the step was about to do. */
function fieldsOf(step: Step, failure: unknown, done: number): Fields {
  const action = step.actions[done];
  return {
    ...(action === undefined ? { step: step.name } : fieldsOfAction(step, action)),
    ...(failure instanceof AgentError ? { code: failure.code } : {}),
  };
}

function fieldsOfAction(step: Step, action: Action): Fields {
  const device = deviceOf(action);
  return { step: step.name, action: action.kind, ...(device === undefined ? {} : { device }) };
}

async function applyLogged(step: Step, action: Action, system: System): Promise<void> {
  const start = system.clock.monotonic();
  await applyAction(action, system);
  const durationMs = Math.round((system.clock.monotonic() - start) * 1000);
  system.journal.info(`${step.name}: ${describeAction(action)}`, { ...fieldsOfAction(step, action), durationMs });
}
