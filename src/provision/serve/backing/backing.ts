import type { Memory } from '../memory/sql.ts';
import type { Dispatch } from '../queue/dispatch.ts';
import type { Worker } from '../queue/queue.ts';

/** What a server keeps its queue and its machines in. */
export interface Backing {
  readonly memory: Memory;
  readonly dispatch: Dispatch;
  /** This server, as others see it that have the same memory open. */
  readonly presence: Pick<Worker, 'name' | 'isPresent' | 'isThere'>;
  /** Whether servers of other machines may have it open. */
  readonly isShared: boolean;
  /** Names this memory among all: no two have the same. */
  readonly mark: string;
  /** Lets `onLost` know when the others take this server for gone. */
  watch(onLost: () => void): void;
  /** Waits until what was written survives a power cut. */
  keep(): Promise<void>;
  close(): Promise<void>;
}

/** The mark that a memory was given when it was made. */
export async function markOf(memory: Memory): Promise<string> {
  const [row] = await memory.rows('SELECT mark FROM queue');
  return String(row?.mark);
}
