import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Processes } from './processes.ts';

/**
 * All that a tool prints, however long: of a tree with some ten thousand files a tool may have more to say than `run` keeps.
 * @param input its standard input
 * @throws AgentError `process.failed` or `process.missing`
 */
export async function longAnswer(
  { pipe }: Pick<Processes, 'pipe'>,
  tool: string,
  args: readonly string[],
  input = '',
): Promise<string> {
  return text(pipe(tool, args, Readable.from(input === '' ? [] : [Buffer.from(input)])));
}
