import type { Step } from '../action/action.ts';
import { ExitCode } from '../../core/error/agent-error.ts';
import { describeAction } from '../action/describe-action.ts';
import type { Terminal } from '../../core/command/command.ts';

/** Prints what a stage would do, one action a line: the answer to `--dry-run`. */
export function showPlan(steps: readonly Step[], terminal: Terminal): ExitCode {
  const lines = steps.flatMap((step) => step.actions.map((action) => `${step.name}: ${describeAction(action)}`));
  for (const line of lines.length === 0 ? ['nothing to do'] : lines) terminal.out(line);
  return ExitCode.done;
}
