import { type ExitCode, describeError } from '../../core/error/agent-error.ts';
import type { Terminal } from '../../core/command/command.ts';
import type { StepOutcome } from '../action/apply-steps.ts';
import { exitCodeOf } from '../stage/exit-code-of.ts';

/** Prints what failed, for commands whose log is not on standard error. @returns the exit status */
export function reportFailures(outcomes: readonly StepOutcome[], terminal: Pick<Terminal, 'err'>): ExitCode {
  for (const { step, failure } of outcomes) if (failure !== null) terminal.err(`${step}: ${describeError(failure)}`);
  return exitCodeOf(outcomes);
}

/** Prints what was changed, one line for each, or that there was nothing to do; then what failed. @returns the exit status */
export function reportChanges(outcomes: readonly StepOutcome[], terminal: Pick<Terminal, 'out' | 'err'>): ExitCode {
  const changed = outcomes.flatMap((outcome) => outcome.changed);
  for (const line of changed) terminal.out(line);
  const exitCode = reportFailures(outcomes, terminal);
  if (changed.length === 0 && exitCode === 0) terminal.out('nothing to do');
  return exitCode;
}
