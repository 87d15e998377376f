import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { StepOutcome } from '../action/apply-steps.ts';

/** Code of the first failure; `unexpected` for an error without a code of ours, null if nothing failed. */
export function firstCode(outcomes: readonly StepOutcome[]): string | null {
  const failed = outcomes.find(({ failure }) => failure !== null);
  return failed === undefined ? null : codeOf(failed.failure);
}

export function codeOf(failure: unknown): string {
  return failure instanceof AgentError ? failure.code : 'unexpected';
}

/** The exit status that outcomes add up to: a refusal before bad configuration before a failed step. */
export function exitCodeOf(outcomes: readonly StepOutcome[]): ExitCode {
  const failures = outcomes.map(({ failure }) => failure).filter((failure) => failure !== null);
  const codes = failures.map((failure) => (failure instanceof AgentError ? failure.exitCode : ExitCode.stepFailed));
  return Math.max(ExitCode.done, ...codes) as ExitCode;
}
