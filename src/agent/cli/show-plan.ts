import type { Terminal } from '../../core/command/command.ts';
import { ExitCode } from '../../core/error/agent-error.ts';

/** Prints what a stage would do, one action per line: the answer to `--dry-run`. */
export function showPlan(lines: readonly string[], terminal: Terminal): ExitCode {
  for (const line of lines.length === 0 ? ['nothing to do'] : lines) terminal.out(line);
  return ExitCode.done;
}
