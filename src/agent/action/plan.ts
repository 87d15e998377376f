import type { AgentError } from '../../core/error/agent-error.ts';
import type { ActionShape } from './kind.ts';
import type { Step } from './step.ts';

/** What is left to do. */
export interface Plan<A extends ActionShape> {
  readonly steps: readonly Step<A>[];
  /** What an admin should know although nothing failed: one sentence each. */
  readonly notes?: readonly string[];
  /** What of a configuration is wrong and was left out: the stage counts as failed, and nothing else is kept from being done. */
  readonly mistakes?: readonly AgentError[];
}
