import { getSystemErrorMessage } from 'node:util';

/** Exit statuses of every command; documented in gandi-agent(8). */
export const ExitCode = {
  done: 0,
  stepFailed: 1,
  badUsage: 2,
  badConfiguration: 3,
  refusedToProtectData: 4,
  /** Of `status` only: work is under way, or never began. */
  notDoneYet: 5,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export interface AgentErrorDetails {
  /** Stable and searchable, `area.problem`: `payload.truncated`, `swap-disk.foreign-signature`. */
  readonly code: string;
  /** The object concerned: a path, a device, a key of the configuration. */
  readonly subject: string;
  /** What the reader can do about it; one sentence. */
  readonly remedy: string;
  readonly exitCode?: ExitCode;
  readonly cause?: unknown;
}

/**
 * The one error that the agent's own code throws.
 * The message says in lower case what could not be done; subject, remedy and cause say to what, what next, and why.
 */
export class AgentError extends Error {
  readonly code: string;
  readonly subject: string;
  readonly remedy: string;
  readonly exitCode: ExitCode;

  constructor(message: string, details: AgentErrorDetails) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.name = 'AgentError';
    this.code = details.code;
    this.subject = details.subject;
    this.remedy = details.remedy;
    this.exitCode = details.exitCode ?? ExitCode.stepFailed;
  }
}

/** One line for a person: what failed, on what, why, and the way out. Never contains a secret, as no error carries one. */
export function describeError(error: unknown): string {
  if (!(error instanceof AgentError)) return describeOther(error);
  const cause = error.cause === undefined ? '' : `: ${describeOther(error.cause, error.subject)}`;
  return `${error.subject}: ${error.message}${cause} (${error.code}); ${error.remedy}`;
}

/** @param known a path that was named already */
function describeOther(error: unknown, known?: string): string {
  if (error instanceof AgentError) return describeError(error);
  if (!(error instanceof Error)) return String(error);
  const { errno, path } = error as NodeJS.ErrnoException;
  if (errno === undefined || path === undefined) return error.message;
  // Node's own message names the call, such as open or scandir, which says nothing to a person.
  return `${path === known ? '' : `${path}: `}${getSystemErrorMessage(errno) ?? error.message}`;
}
