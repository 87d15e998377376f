import { AgentError, describeError } from '../../core/error/agent-error.ts';
import type { Fields } from '../../core/system/journal.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import {
  type ActionOf,
  type ActionShape,
  applyAction,
  describeAction,
  deviceOf,
  isBookkeeping,
  isLiveOnly,
  type Kinds,
  verifyAction,
} from './kind.ts';
import type { Step } from './step.ts';

export interface StepOutcome {
  readonly step: string;
  /** One line for each action that was carried out and that a person wants to know of. */
  readonly changed: readonly string[];
  readonly failure: unknown;
  /** True where an earlier step's failure made this one impossible. */
  readonly skipped: boolean;
  /** The step's own `problem`, once it was told. */
  readonly problem?: string;
  /** Why what kept it from being done is not a failure. */
  readonly excuse?: string;
  /** The step was done, and the failure is that nobody uses what it wrote: nothing that follows is kept from being done. */
  readonly isUnused?: true;
  /** What was left as it is, and why: one sentence each. */
  readonly notes?: readonly string[];
}

/** Why something that could not be done is not a failure, such as that the disk went meanwhile; undefined if it is one. */
export type Excuse = () => Promise<string | undefined>;

const noExcuse: Excuse = () => Promise.resolve(undefined);

/**
 * Carries out the steps in order. A failing action ends its own step only; a step that needs all before it is
 * skipped once anything failed. Never throws for a failing action: the outcome carries it.
 * @param table the handlers and the words of these actions
 * @param excuse asked when an action failed
 */
export async function applySteps<Table>(
  steps: readonly Step<ActionOf<Table>>[],
  table: Table,
  system: System,
  excuse: Excuse = noExcuse,
): Promise<StepOutcome[]> {
  const kinds = table as Kinds;
  const outcomes: StepOutcome[] = [];
  for (const step of steps) {
    const somethingFailed = outcomes.some((outcome) => outcome.failure !== null);
    if (step.needsAllBefore && somethingFailed) {
      outcomes.push({ step: step.name, changed: [], failure: null, skipped: true });
      continue;
    }
    outcomes.push(await applyStep(step, kinds, system, excuse));
  }
  const done = steps.filter((_, index) => outcomes[index]?.failure === null && !outcomes[index]?.skipped);
  return [...outcomes, ...(await verifySteps(done, kinds, system))];
}

/** Written is not used: once all steps are done, the readers of what they wrote are asked. No step waits for an answer. */
async function verifySteps(steps: readonly Step<ActionShape>[], kinds: Kinds, system: System): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (const step of steps) {
    for (const action of step.actions) {
      const failure = await verifyAction(action, kinds, system).catch((error: unknown) => error);
      if (failure === undefined) continue;
      system.journal.error(`${step.name}: ${describeError(failure)}`, fieldsOf(step, failure, action, kinds));
      outcomes.push({ step: step.name, changed: [], failure, skipped: false, isUnused: true });
    }
  }
  return outcomes;
}

async function applyStep(step: Step<ActionShape>, kinds: Kinds, system: System, excuse: Excuse): Promise<StepOutcome> {
  const changed: string[] = [];
  let done = 0;
  if (step.problem !== undefined) system.journal.error(`${step.name}: ${step.problem}`);
  try {
    for (const action of step.actions) {
      if (isLiveOnly(action, kinds) && !isRunningMachine(system)) {
        done += 1;
        continue;
      }
      await applyLogged(step, action, kinds, system);
      if (!isBookkeeping(action, kinds)) changed.push(describeAction(action, kinds));
      done += 1;
    }
    return { step: step.name, changed, failure: null, skipped: false, ...problemOf(step) };
  } catch (failure) {
    const excused = await excuse();
    if (excused !== undefined) {
      system.journal.info(`${step.name}: ${excused}`, { step: step.name });
      return { step: step.name, changed, failure: null, skipped: true, excuse: excused, ...problemOf(step) };
    }
    const fields = fieldsOf(step, failure, step.actions[done], kinds);
    system.journal.error(`${step.name}: ${describeError(failure)}`, fields);
    return { step: step.name, changed, failure, skipped: false, ...problemOf(step) };
  }
}

function problemOf({ problem }: Step<ActionShape>): Pick<StepOutcome, 'problem'> {
  return problem === undefined ? {} : { problem };
}

/** What a line about a failure is found by: also what the step was about to do. */
function fieldsOf(step: Step<ActionShape>, failure: unknown, action: ActionShape | undefined, kinds: Kinds): Fields {
  return {
    ...(action === undefined ? { step: step.name } : fieldsOfAction(step, action, kinds)),
    ...(failure instanceof AgentError ? { code: failure.code } : {}),
  };
}

function fieldsOfAction(step: Step<ActionShape>, action: ActionShape, kinds: Kinds): Fields {
  const device = deviceOf(action, kinds);
  return { step: step.name, action: action.kind, ...(device === undefined ? {} : { device }) };
}

async function applyLogged(step: Step<ActionShape>, action: ActionShape, kinds: Kinds, system: System): Promise<void> {
  const start = system.clock.monotonic();
  await applyAction(action, kinds, system);
  const durationMs = Math.round((system.clock.monotonic() - start) * 1000);
  const fields = { ...fieldsOfAction(step, action, kinds), durationMs };
  const level = isBookkeeping(action, kinds) ? 'debug' : 'info';
  system.journal[level](`${step.name}: ${describeAction(action, kinds)}`, fields);
}
