import { extract } from 'tar-stream';
import { AgentError } from '../agent-error.ts';
import { payloadOffset } from '../machine-config/payload-offset.ts';
import { detectPayload } from './payload-detection.ts';
import { payloadError } from './payload-error.ts';
import { type ByteReader, type Compression, digestOf, openMedium } from './payload-medium.ts';
import { type MemberHeader, openMemberGate, type PayloadMember, quote } from './payload-members.ts';
import { blockLength } from './tar-header.ts';
import { type TarWalk, walkTar } from './tar-walk.ts';

export interface PayloadArchive {
  readonly members: readonly PayloadMember[];
  readonly compression: Compression;
  /** Text of `gandi/config`, not yet parsed. There may be a password hash in it. */
  readonly config: string;
  readonly script: Uint8Array | undefined;
  /** One sentence for each member that was left out. */
  readonly warnings: readonly string[];
  /** Bytes on the medium, from the offset to the end of the archive's two zero blocks. */
  readonly byteLength: number;
  /** sha256, in hex, of these bytes. */
  readonly digest: string;
}

export interface ReadOptions {
  /** Gets kernel modules as they come, as they are too large to hold; it must read the content to its end. */
  readonly onModules?: (member: PayloadMember, content: AsyncIterable<Uint8Array>) => Promise<void>;
}

type Contents = Pick<PayloadArchive, 'members' | 'config' | 'script' | 'warnings'>;

/**
 * Reads the archive that the platform left on a swap disk: in memory, never extracted, to its end and not further.
 * @returns undefined if there is none, which is no error; see the table in docs/payload.md
 * @throws AgentError `payload.*`: exit status 3 for a payload that cannot be taken, 1 if the medium failed
 */
export async function readPayloadArchive(
  reader: ByteReader,
  offset: number = payloadOffset,
  options: ReadOptions = {},
): Promise<PayloadArchive | undefined> {
  const compression = await detectPayload(reader, offset);
  if (compression === undefined) return undefined;
  const medium = openMedium(reader, offset, compression);
  try {
    const walk = walkTar(medium.chunks, reader.subject);
    const contents = await readMembers(walk, options, reader.subject);
    const byteLength = await medium.end(walk.byteLength());
    return { ...contents, compression, byteLength, digest: await digestOf(reader, offset, byteLength) };
  } finally {
    await medium.close();
  }
}

async function readMembers(walk: TarWalk, options: ReadOptions, subject: string): Promise<Contents> {
  const parser = extract();
  const gate = openMemberGate(subject);
  const members: PayloadMember[] = [];
  const texts = new Map<string, Uint8Array>();
  const feeding = feed(parser, walk.blocks);
  try {
    for await (const entry of parser) {
      const header = entry.header as MemberHeader;
      const content = entry as AsyncIterable<Uint8Array>;
      if (walk.statedSizes.shift() !== header.size) throw disagreement(subject);
      const member = gate.admit(header);
      members.push(member);
      if (member.role === 'modules' && options.onModules) await options.onModules(member, content);
      else if (member.role === 'config' || member.role === 'script') texts.set(member.role, await collect(content));
      else for await (const _ of content);
    }
  } catch (error) {
    throw error instanceof AgentError
      ? error
      : payloadError('payload.damaged', subject, 'cannot read the payload', error);
  } finally {
    parser.destroy();
    await feeding;
  }
  if (walk.statedSizes.length > 0) throw disagreement(subject);
  const script = texts.get('script');
  if (script !== undefined && endsInZeroBlock(script)) throw cutOff('script', subject);
  return { members, config: decodeConfig(texts.get('config'), subject), script, warnings: warningsAbout(members) };
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

async function collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces);
}

function decodeConfig(bytes: Uint8Array | undefined, subject: string): string {
  if (bytes === undefined) {
    throw payloadError('payload.config-missing', subject, 'cannot use the payload: it has no gandi/config');
  }
  // JSON has no NUL: these are zeros of the disk, where the rest of a payload that was cut off should be.
  if (bytes.includes(0)) throw cutOff('config', subject);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw payloadError('payload.config-encoding', subject, 'cannot use the payload: gandi/config is not UTF-8');
  }
}

/** On a disk, an archive that was cut off goes on as zeros, and the two first of them look like its end mark. */
function endsInZeroBlock(content: Uint8Array): boolean {
  const lastBlock = content.subarray(Math.floor((content.length - 1) / blockLength) * blockLength);
  return content.length > 0 && lastBlock.every((byte) => byte === 0);
}

function cutOff(member: string, subject: string): AgentError {
  return payloadError(
    'payload.truncated',
    subject,
    `cannot use the payload: gandi/${member} ends in zeros, so it is cut off`,
  );
}

function disagreement(subject: string): AgentError {
  return payloadError('payload.damaged', subject, 'cannot read the payload: its headers contradict each other');
}

function warningsAbout(members: readonly PayloadMember[]): string[] {
  return members.flatMap(({ name, role }) => {
    if (role === 'init') return ["gandi/init: the provider's own code is never run, and was left out"];
    if (role === 'modules')
      return [`${quote(name)}: kernel modules are not installed by this version, and were left out`];
    return role === 'unknown' ? [`${quote(name)}: is not known here and was left out`] : [];
  });
}
