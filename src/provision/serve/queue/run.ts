/** What a machine asks for, as cdist calls it. */
export type RunAction = 'install' | 'config';

export const endStates = ['done', 'failed', 'timed-out', 'interrupted'] as const;

/** How a run ended. An interrupted one was cut off by the end of its server, or by a person. */
export type EndState = (typeof endStates)[number];

export type RunState = 'queued' | 'running' | EndState;

/** One request of a machine: the command that is run for it, once or, where it fails and may be retried, several times. */
export interface Run {
  readonly id: number;
  /** Of the machine that asked, in its canonical spelling. */
  readonly address: string;
  readonly action: RunAction;
  readonly state: RunState;
  /** From 1: how often the command was started, or will have been once it is. */
  readonly attempt: number;
  /** ISO 8601; the wall clock, for people only. */
  readonly askedAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** For people: why it failed. */
  readonly reason: string | null;
  /** The server process that runs it: `ownProcessName`. */
  readonly owner: string | null;
}

export interface RunEnd {
  readonly state: EndState;
  readonly reason: string | null;
}

export function isEnded({ state }: Pick<Run, 'state'>): boolean {
  return state !== 'queued' && state !== 'running';
}

/**
 * Whether a run that ended so is put back into the queue: all that did not succeed is tried again while attempts are left.
 * @param retries how many attempts may follow the first
 */
export function isRetried(end: RunEnd, attempt: number, retries: number): boolean {
  return end.state !== 'done' && attempt <= retries;
}
