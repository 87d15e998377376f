import type { AgentError } from '../error/agent-error.ts';
import { payloadOffset } from './payload-offset.ts';
import type { Pipe } from '../system/processes.ts';
import { summarize } from './member-content.ts';
import { detectPayload } from './payload-detection.ts';
import { payloadError } from './payload-error.ts';
import { type ByteReader, type Compression, digestOf, openMedium } from './payload-medium.ts';
import { openMemberGate, type PayloadMember, payloadLimits, quote, releaseOf } from './payload-members.ts';
import { readTarMembers } from './tar-members.ts';
import { type TarWalk, walkTar } from './tar-walk.ts';

/** A member that is too large to be held: what is known of it once it passed by. */
export interface PassedMember {
  /** As it is called in the archive. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** sha256, in hex. */
  readonly digest: string;
}

export interface ModulesMember extends PassedMember {
  /** The kernel release that the modules are of, `6.1.0-1-amd64`. */
  readonly release: string;
}

export interface PayloadArchive {
  readonly members: readonly PayloadMember[];
  readonly compression: Compression;
  /** Text of `gandi/config`, not yet parsed. There may be a password hash in it. */
  readonly config: string;
  readonly script: PassedMember | undefined;
  readonly modules: readonly ModulesMember[];
  /** One sentence for each member that was left out. */
  readonly warnings: readonly string[];
  /** Bytes on the medium, from the offset to the end of the archive's two zero blocks. */
  readonly byteLength: number;
  /** sha256, in hex, of these bytes. */
  readonly digest: string;
}

export interface ReadOptions {
  /** How programs are started, for compressions that Node does not have. */
  readonly pipe: Pipe;
  /** Gets scripts and kernel modules as they pass by, as they are too large to hold; it need not read all of it. */
  readonly onContent?: (member: PayloadMember, content: AsyncIterable<Uint8Array>) => Promise<void>;
}

type Contents = Pick<PayloadArchive, 'members' | 'config' | 'script' | 'modules' | 'warnings'>;

/**
 * Reads the archive that the platform left on a swap disk: in memory, never extracted, to its end and not further.
 * @returns undefined if there is none, which is not an error; see the table in docs/payload.md
 * @throws AgentError `payload.*`: exit status 3 for a payload that cannot be taken, 1 if the medium failed
 */
export async function readPayloadArchive(
  reader: ByteReader,
  options: ReadOptions,
  offset: number = payloadOffset,
): Promise<PayloadArchive | undefined> {
  const compression = await detectPayload(reader, offset);
  if (compression === undefined) return undefined;
  const medium = openMedium(reader, offset, compression, options.pipe);
  try {
    const walk = walkTar(medium.chunks, payloadLimits, reader.subject);
    const contents = await readMembers(walk, options, reader.subject);
    const byteLength = await medium.end(walk.byteLength());
    return { ...contents, compression, byteLength, digest: await digestOf(reader, offset, byteLength) };
  } finally {
    await medium.close();
  }
}

async function readMembers(walk: TarWalk, { onContent }: ReadOptions, subject: string): Promise<Contents> {
  const gate = openMemberGate(subject);
  const members: PayloadMember[] = [];
  const passed: (PassedMember & PayloadMember)[] = [];
  let config: Uint8Array | undefined;
  await readTarMembers(
    walk,
    async (header, content) => {
      const member = gate.admit(header);
      members.push(member);
      if (member.role === 'config') config = await collect(content);
      else if (member.role === 'script' || member.role === 'modules') {
        const summary = await summarize(content, async (pieces) => onContent?.(member, pieces));
        if (member.role === 'script' && summary.endsInZeroBlock) throw cutOff('script', subject);
        passed.push({ ...member, digest: summary.digest });
      } else for await (const _ of content);
    },
    subject,
  );
  const modules = passed.filter(({ role }) => role === 'modules');
  return {
    members,
    config: decodeConfig(config, subject),
    script: passed.find(({ role }) => role === 'script'),
    modules: modules.map((member) => ({ ...member, release: releaseOf(member.name) })),
    warnings: warningsAbout(members),
  };
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

function cutOff(member: string, subject: string): AgentError {
  return payloadError(
    'payload.truncated',
    subject,
    `cannot use the payload: gandi/${member} ends in zeros, so it is cut off`,
  );
}

function warningsAbout(members: readonly PayloadMember[]): string[] {
  return members.flatMap(({ name, role }) => {
    if (role === 'init') return ["gandi/init: the provider's own code is never run, and was left out"];
    return role === 'unknown' ? [`${quote(name)}: is not known here and was left out`] : [];
  });
}
