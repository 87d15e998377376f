import { extract } from 'tar-stream';
import { AgentError } from '../error/agent-error.ts';
import { payloadError } from './payload-error.ts';
import type { MemberHeader } from './payload-members.ts';
import type { TarWalk } from './tar-walk.ts';

/** Reads the content, a part of it or nothing; the rest is skipped. */
export type MemberReader = (header: MemberHeader, content: AsyncIterable<Uint8Array>) => Promise<void>;

/**
 * Reads an archive member by member, each as it comes. tar-stream parses, a walk of ours decides where the archive
 * ends; both read the sizes of the headers, and an archive that makes them differ is refused.
 * @throws AgentError `payload.*`, and what the reader throws
 */
export async function readTarMembers(walk: TarWalk, readMember: MemberReader, subject: string): Promise<void> {
  const parser = extract();
  const feeding = feed(parser, walk.blocks);
  try {
    for await (const entry of parser) {
      const header = entry.header as MemberHeader & { size: number };
      if (walk.statedSizes.shift() !== header.size) throw disagreement(subject);
      // The parser takes what follows a folder for the next header, whatever size the folder states.
      if (header.type === 'directory' && header.size > 0) throw disagreement(subject);
      await readWhole(entry as AsyncIterable<Uint8Array>, (content) => readMember(header, content));
    }
  } catch (error) {
    throw isOfParser(error) ? payloadError('payload.damaged', subject, 'cannot read the payload', error) : error;
  } finally {
    parser.destroy();
    await feeding;
  }
  if (walk.statedSizes.length > 0) throw disagreement(subject);
}

/**
 * Reads what the reader left of a member, as the parser gives the next one only then. A reader that stops in the middle
 * would otherwise end the parser: leaving a loop over a stream destroys the stream.
 */
async function readWhole(
  entry: AsyncIterable<Uint8Array>,
  read: (content: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  const pieces = entry[Symbol.asyncIterator]();
  await read({ [Symbol.asyncIterator]: () => ({ next: () => pieces.next() }) });
  while ((await pieces.next()).done !== true);
}

/** Ends the parser with the walk's error, so that the loop over its members ends with it too; never throws itself. */
async function feed(parser: ReturnType<typeof extract>, blocks: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const block of blocks) {
      if (parser.destroyed) return;
      if (!parser.write(block)) await drained(parser);
    }
    parser.end(undefined);
  } catch (error) {
    parser.destroy(error as Error);
  }
}

async function drained(parser: ReturnType<typeof extract>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = () => resolve();
  parser.on('drain', done).on('close', done);
  await promise;
  parser.off('drain', done).off('close', done);
}

/** Ours say what they are about, and so does the kernel about a file that could not be written. */
function isOfParser(error: unknown): boolean {
  return !(error instanceof AgentError) && !(error instanceof Error && 'syscall' in error);
}

function disagreement(subject: string): AgentError {
  return payloadError('payload.damaged', subject, 'cannot read the payload: its headers contradict each other');
}
