import type { Step } from '../action/action.ts';

/** What one part of first boot is to do. */
export interface BootstrapPlan {
  readonly steps: Step[];
  /** What an admin should know although nothing failed: one sentence each. */
  readonly notes: string[];
}
