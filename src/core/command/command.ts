import type { ExitCode } from '../error/agent-error.ts';

/** Where a command speaks: lines for the user on standard output, trouble on standard error. */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
}

/** One word that a user types after `gandi-agent`. */
export interface Command {
  readonly name: string;
  /** One line for `gandi-agent --help`. */
  readonly summary: string;
  /** The arguments as the usage line shows them: `[--dry-run] [--root DIR]`. */
  readonly usage: string;
  run(args: string[], terminal: Terminal): Promise<ExitCode>;
}
