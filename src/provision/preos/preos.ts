import type { Terminal } from '../../core/command/command.ts';
import type { Steps } from './build-options.ts';

/** What surrounds a call. */
export interface PreosCall {
  /** The words that called it, for errors: `cdist preos`. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  /** What is done where no step is asked for; null to refuse that. */
  readonly usualSteps: Steps | null;
}

/** A PreOS that can be built: one of ours, or a plugin. */
export interface Preos {
  readonly name: string;
  /** @param args all that follows its name @returns the exit status */
  run(args: readonly string[], call: PreosCall, terminal: Terminal): Promise<number>;
}
