import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import type { PayloadLocation } from '../../core/payload/payload-location.ts';
import { AgentError } from '../../core/error/agent-error.ts';
import { type ModulesSink, readModulesArchive } from '../../core/payload/modules-archive.ts';
import { readPayloadArchive } from '../../core/payload/payload-archive.ts';
import { byteReader } from '../../core/payload/payload-medium.ts';
import type { System } from '../../core/system/system.ts';

/** A member of a payload that is too large to be held: named, and known by its bytes. */
export interface PayloadContent {
  readonly payload: PayloadLocation;
  /** `gandi/script` */
  readonly member: string;
  /** sha256, in hex, as it was when the payload was read first. */
  readonly digest: string;
}

/**
 * Reads one member of the payload once more, as it passes by. Its last piece is followed by an error if the bytes are
 * not those that were planned with.
 * @throws AgentError `payload.changed`, `payload.*`, and what the consumer throws
 */
export async function readPayloadContent(
  system: System,
  content: PayloadContent,
  consume: (pieces: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  const disk = `/dev/${content.payload.disk}`;
  await using handle = await system.files.open(disk, constants.O_RDONLY | constants.O_NONBLOCK);
  let found = false;
  const { pipe } = system.processes;
  const onContent = async ({ name }: { name: string }, pieces: AsyncIterable<Uint8Array>) => {
    if (name !== content.member) return;
    found = true;
    await consume(checked(pieces, content, disk));
  };
  await readPayloadArchive(byteReader(handle, disk), { pipe, onContent }, content.payload.offset);
  if (!found) throw changed(disk);
}

/** As `readPayloadContent`, for kernel modules: what is in the archive goes to the sink. */
export function readPayloadModules(
  system: System,
  content: PayloadContent & { readonly release: string },
  sink: ModulesSink,
): Promise<void> {
  const archive = { name: content.member, release: content.release, subject: content.member };
  return readPayloadContent(system, content, async (pieces) => {
    const rest = pieces[Symbol.asyncIterator]();
    await readModulesArchive(
      { [Symbol.asyncIterator]: () => ({ next: () => rest.next() }) },
      archive,
      sink,
      system.processes.pipe,
    );
    // What a program did not need of its input has to be read too, as the end of it is where the bytes are judged.
    while ((await rest.next()).done !== true);
  });
}

async function* checked(
  pieces: AsyncIterable<Uint8Array>,
  { digest }: PayloadContent,
  disk: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
  if (hash.digest('hex') !== digest) throw changed(disk);
}

function changed(disk: string): AgentError {
  return new AgentError('the payload is not the one that was read before', {
    code: 'payload.changed',
    subject: disk,
    remedy: 'nothing of it was kept; run `gandi-agent bootstrap` again',
  });
}
