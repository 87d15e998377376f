import { z } from 'zod';
import type { Terminal } from '../../core/command/command.ts';
import { ExitCode } from '../../core/error/agent-error.ts';

/** What `--dry-run --json` prints, whatever the command. New keys may come, none goes. */
export const planSchema = z
  .object({
    version: z.literal(1),
    changes: z.array(z.string()).describe('what would be done, in order; empty where there is nothing to do'),
    notes: z.array(z.string()).describe('what is left as it is, and why'),
    failures: z.array(z.string()).describe('what cannot be decided, one sentence each'),
  })
  .describe('what a command would do, without doing it');

export type Plan = Omit<z.infer<typeof planSchema>, 'version'>;

/** Prints what a stage would do, one action per line or as JSON: the answer to `--dry-run`. */
export function showPlan(
  { changes, notes = [] }: Pick<Plan, 'changes'> & { readonly notes?: readonly string[] },
  json: boolean,
  terminal: Terminal,
): ExitCode {
  if (json) terminal.json({ version: 1, changes, notes, failures: [] });
  else {
    for (const note of notes) terminal.out(`note: ${note}`);
    for (const line of changes.length === 0 ? ['nothing to do'] : changes) terminal.out(line);
  }
  return ExitCode.done;
}
