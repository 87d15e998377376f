import { AgentError, describeError, type ExitCode } from './agent-error.ts';
import type { StepOutcome } from './apply/apply-steps.ts';
import { exitCodeOf } from './exit-code-of.ts';
import { writeStageStatus } from './state/status.ts';
import { isRunningMachine, type System } from './system/system.ts';

/**
 * Runs a stage and keeps what came of it for `gandi-agent status`.
 * @param stage throws only for what keeps the whole stage from being done; what fails alone is in its outcomes
 * @returns the exit status: of the failure that matters most, refusal before bad configuration before a failed step
 */
export async function runStage(name: string, stage: () => Promise<StepOutcome[]>, system: System): Promise<ExitCode> {
  const startedAt = system.clock.monotonic();
  const outcomes = await outcomesOf(name, stage, system);
  const failed = outcomes.filter(({ failure }) => failure !== null);
  const exitCode = exitCodeOf(outcomes);
  const status = {
    result: failed.length === 0 ? ('done' as const) : ('failed' as const),
    exitCode,
    startedAt,
    endedAt: system.clock.monotonic(),
    changed: outcomes.flatMap(({ changed }) => changed),
    failures: failed.map(({ step, failure }) => ({ step, code: codeOf(failure), message: describeError(failure) })),
  };
  if (isRunningMachine(system)) await writeStageStatus(system, name, status);
  return exitCode;
}

async function outcomesOf(name: string, stage: () => Promise<StepOutcome[]>, system: System): Promise<StepOutcome[]> {
  try {
    return await stage();
  } catch (failure) {
    system.journal.error(`${name}: ${describeError(failure)}`);
    return [{ step: name, changed: [], failure, skipped: false }];
  }
}

function codeOf(failure: unknown): string {
  return failure instanceof AgentError ? failure.code : 'unexpected';
}
