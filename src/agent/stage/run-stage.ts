import { AgentError, describeError, type ExitCode } from '../../core/error/agent-error.ts';
import type { StepOutcome } from '../action/apply-steps.ts';
import { exitCodeOf } from './exit-code-of.ts';
import { type StageStatus, writeStageStatus } from './status.ts';
import { answerBeforeExit } from '../../core/system/answer-before-exit.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';

/**
 * Runs a stage and keeps what came of it for `gandi-agent status`.
 * @param stage throws only for what keeps the whole stage from being done; what fails alone is in its outcomes
 * @returns the exit status: of the failure that matters most, refusal before bad configuration before a failed step
 */
export async function runStage(name: string, stage: () => Promise<StepOutcome[]>, system: System): Promise<ExitCode> {
  const startedAt = system.clock.monotonic();
  await keep(name, { ...nothingYet, startedAt }, system);
  const outcomes = await outcomesOf(name, stage, system);
  const failed = outcomes.filter(({ failure }) => failure !== null);
  const exitCode = exitCodeOf(outcomes);
  const status: StageStatus = {
    result: failed.length === 0 ? 'done' : 'failed',
    exitCode,
    startedAt,
    endedAt: system.clock.monotonic(),
    changed: outcomes.flatMap(({ changed }) => changed),
    failures: failed.map(({ step, failure }) => ({ step, code: codeOf(failure), message: describeError(failure) })),
  };
  await keep(name, status, system);
  const durationMs = Math.round((system.clock.monotonic() - startedAt) * 1000);
  system.journal.info(`${name}: ${status.result}`, { durationMs });
  return exitCode;
}

const nothingYet: Omit<StageStatus, 'startedAt'> = {
  result: 'running',
  exitCode: null,
  endedAt: null,
  changed: [],
  failures: [],
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

function codeOf(failure: unknown): string {
  return failure instanceof AgentError ? failure.code : 'unexpected';
}
