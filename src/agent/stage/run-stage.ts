import { describeError, ExitCode } from '../../core/error/agent-error.ts';
import type { StepOutcome } from '../action/apply-steps.ts';
import { codeOf, exitCodeOf } from './exit-code-of.ts';
import { readStages, type StageRun, type StageStatus, writeStageStatus } from './status.ts';
import { answerBeforeExit } from '../../core/system/answer-before-exit.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';

export interface StageOptions {
  /** What it did is not done again: a later run that finds nothing to do does not make good what failed. */
  readonly runsOnce?: boolean;
}

/**
 * Runs a stage and keeps what came of it for `gandi-agent status`. What its first run of this boot came to is kept beside that of a
 * later one.
 * @param stage throws only for what keeps the whole stage from being done; what fails alone is in its outcomes
 * @returns the exit status: of the failure that matters most, refusal before bad configuration before a failed step
 */
export async function runStage(
  name: string,
  stage: () => Promise<StepOutcome[]>,
  system: System,
  { runsOnce = false }: StageOptions = {},
): Promise<ExitCode> {
  const startedAt = system.clock.monotonic();
  const before = await readBefore(name, system);
  const first = firstOf(before);
  await keep(name, { ...nothingYet, startedAt, first }, system);
  const outcomes = await outcomesOf(name, stage, system);
  const status = { ...describeRun(outcomes, startedAt, system), first };
  const isFailedForGood =
    runsOnce && before?.result === 'failed' && status.result === 'done' && status.changed.length === 0;
  if (isFailedForGood) return keepFailure(name, before, system);
  await keep(name, status, system);
  const durationMs = Math.round((system.clock.monotonic() - startedAt) * 1000);
  system.journal.info(`${name}: ${status.result}`, { durationMs });
  return exitCodeOf(outcomes);
}

function describeRun(outcomes: readonly StepOutcome[], startedAt: number, system: System): StageRun {
  const failed = outcomes.filter(({ failure }) => failure !== null);
  return {
    result: failed.length === 0 ? 'done' : 'failed',
    exitCode: exitCodeOf(outcomes),
    startedAt,
    endedAt: system.clock.monotonic(),
    changed: outcomes.flatMap(({ changed }) => changed),
    failures: failed.map(({ step, failure }) => ({ step, code: codeOf(failure), message: describeError(failure) })),
    notes: [...new Set(outcomes.flatMap(({ notes }) => notes ?? []))],
  };
}

async function readBefore(name: string, system: System): Promise<StageStatus | undefined> {
  return isRunningMachine(system) ? (await readStages(system).catch(() => undefined))?.[name] : undefined;
}

/** A run that never came to its end is not worth keeping. */
function firstOf(before: StageStatus | undefined): StageRun | null {
  if (before === undefined) return null;
  if (before.first !== null) return before.first;
  const { first: _, ...run } = before;
  return run.endedAt === null ? null : run;
}

async function keepFailure(name: string, before: StageStatus, system: System): Promise<ExitCode> {
  await keep(name, before, system);
  const messages = before.failures.map(({ message }) => message).join('; ');
  system.journal.error(`${name}: nothing was run, and what failed before stays: ${messages}`);
  return before.exitCode === null ? ExitCode.stepFailed : (before.exitCode as ExitCode);
}

const nothingYet: Omit<StageStatus, 'startedAt' | 'first'> = {
  result: 'running',
  exitCode: null,
  endedAt: null,
  changed: [],
  failures: [],
  notes: [],
};

/** What cannot be reported is still done. */
async function keep(name: string, status: StageStatus, system: System): Promise<void> {
  if (!isRunningMachine(system)) return;
  await writeStageStatus(system, name, status).catch((error: unknown) =>
    system.journal.warn(`${name}: status not written: ${describeError(error)}`),
  );
}

async function outcomesOf(name: string, stage: () => Promise<StepOutcome[]>, system: System): Promise<StepOutcome[]> {
  try {
    return await answerBeforeExit(name, stage);
  } catch (failure) {
    system.journal.error(`${name}: ${describeError(failure)}`);
    return [{ step: name, changed: [], failure, skipped: false }];
  }
}
