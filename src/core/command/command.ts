import type { ExitCode } from '../error/agent-error.ts';

/**
 * Where a command speaks: lines for the user on standard output, trouble on standard error. What disks and payloads say is
 * part of them, so control characters come out as `\u{1b}`, as in the journal.
 */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
  /** The answer to `--json`, in printable ASCII: everything else is `\u`. */
  json(value: unknown): void;
  /** For `--noop` of simple-init alone, whose bytes are compared: text as it is, whatever is in it. */
  verbatim(text: string): void;
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
