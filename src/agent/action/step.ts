import type { ActionShape } from './kind.ts';

/**
 * Actions that belong together: they run in order, and one that fails ends its step.
 * The other steps go on, except those that need all the earlier ones.
 */
export interface Step<A extends ActionShape> {
  /** What a person would call it: `host name`, `swap disk`. */
  readonly name: string;
  readonly actions: readonly A[];
  readonly needsAllBefore?: boolean;
  /** What it is part of is of use without it: where many devices wait, each has its turn first. */
  readonly canWait?: boolean;
  /** What went wrong before the agent was asked, and cannot be mended: told as an error when the step is carried out. */
  readonly problem?: string;
}
