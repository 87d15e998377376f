import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { formatPath } from '../../core/text/json-text.ts';
import type { NetworkModel, RenderedFile } from './model.ts';

declare const gated: unique symbol;

/** A renderer behind the gate; `drawsLines` is the only way to one. */
export type Drawing<Options extends readonly unknown[] = []> = {
  (model: NetworkModel, ...options: Options): RenderedFile[];
  readonly [gated]: true;
};

/**
 * Puts a renderer behind the gate that no value with a control character passes. All formats end a value with its line, and
 * some are read by a shell: the rest of such a value would be an option, a section or a command of root's.
 */
export function drawsLines<Options extends readonly unknown[]>(
  render: (model: NetworkModel, ...options: Options) => RenderedFile[],
): Drawing<Options> {
  const draw = (model: NetworkModel, ...options: Options) => {
    requireLines(model);
    return render(model, ...options);
  };
  return draw as Drawing<Options>;
}

/**
 * Looks at every text in a value, however deep it lies, so that a field that is new is looked at too.
 * @throws AgentError `network.control-character`
 */
export function requireLines(value: unknown, at: readonly (string | number)[] = []): void {
  if (typeof value === 'string' && unprintable.test(value)) throw refusal(at);
  if (typeof value !== 'object' || value === null) return;
  const isList = Array.isArray(value);
  for (const [key, each] of Object.entries(value)) requireLines(each, [...at, isList ? Number(key) : key]);
}

/** What ends a line, moves a terminal's cursor or turns the direction of text. */
export const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function refusal(at: readonly (string | number)[]): AgentError {
  return new AgentError('cannot write a network value with a control character', {
    code: 'network.control-character',
    subject: `network: ${formatPath(at)}`,
    remedy: 'correct it where the configuration comes from; no file was written',
    exitCode: ExitCode.badConfiguration,
  });
}
