import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { Mistake } from '../../core/text/json-text.ts';
import type { MachineConfig } from './machine-config.ts';

/**
 * What a source's text says. A part with a mistake in it is left out of `config` and named in `mistakes`; every other part
 * is there.
 */
export interface ParsedConfig {
  readonly config: MachineConfig;
  readonly mistakes: readonly Mistake[];
  /** What was left out although it is not a mistake, such as a key that is not known: one sentence each, with its path. */
  readonly warnings: readonly string[];
}

/**
 * The error that tells of parts that were not applied.
 * @param code of the source, `config.invalid`
 * @param subject what the text is: `gandi/config`, or the path of a drive
 */
export function mistakesError(
  mistakes: readonly Mistake[],
  { code, subject, remedy }: { readonly code: string; readonly subject: string; readonly remedy: string },
): AgentError {
  const lines = mistakes.map(({ path, problem }) => `${path}: ${problem}`);
  return new AgentError('cannot use these parts of the configuration; all others are applied', {
    code,
    subject,
    remedy,
    exitCode: ExitCode.badConfiguration,
    cause: new AggregateError(
      lines.map((line) => new Error(line)),
      lines.join('; '),
    ),
  });
}
