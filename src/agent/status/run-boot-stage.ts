import { describeError, type ExitCode } from '../../core/error/agent-error.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import type { StepOutcome } from '../action/apply-steps.ts';
import { runStage, type StageOptions } from '../stage/run-stage.ts';
import { announceBootEnd } from './announce-boot-end.ts';

/** Runs a stage of the boot, as `runStage` does; the last one announces that the work of the boot has ended. */
export async function runBootStage(
  name: string,
  stage: () => Promise<StepOutcome[]>,
  system: System,
  options?: StageOptions,
): Promise<ExitCode> {
  const exitCode = await runStage(name, stage, system, options);
  if (!isRunningMachine(system)) return exitCode;
  // A machine without a console, or with one that takes nothing, has done its work all the same.
  await announceBootEnd(system).catch((error: unknown) =>
    system.journal.debug(`${name}: end of the boot's work not announced: ${describeError(error)}`),
  );
  return exitCode;
}
