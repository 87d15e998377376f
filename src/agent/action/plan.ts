import type { ActionShape } from './kind.ts';
import type { Step } from './step.ts';

/** What is left to do. */
export interface Plan<A extends ActionShape> {
  readonly steps: readonly Step<A>[];
  /** What an admin should know although nothing failed: one sentence each. */
  readonly notes?: readonly string[];
}
