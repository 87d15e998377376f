import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { type BlankFacts, refuseFormat } from '../../core/block-device/blank-decision.ts';
import { isBlank } from '../../core/block-device/blankness.ts';
import { type BlockDevice, observeDiskOf } from '../../core/block-device/block-devices.ts';
import { claimDevice, withDeviceLock } from '../../core/block-device/device-lock.ts';
import { observeMounts, observeSwaps } from '../../core/block-device/mounts.ts';
import { observeSignatures } from '../../core/block-device/signatures.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { unpack } from '../../core/payload/unpack.ts';
import type { System } from '../../core/system/system.ts';
import type { InstallJob } from './install-job.ts';
import { isUnfinishedMark, unfinishedMark } from './unfinished-mark.ts';

export interface ImageOrder extends Pick<InstallJob, 'image' | 'replace'> {
  /** As it was chosen; the disk of that name at the time of writing must be the same. */
  readonly disk: Pick<BlockDevice, 'name' | 'path' | 'diskSequence'>;
}

/** Written last: without it the disk has no partition table and starts nothing. */
const headBytes = 1024 * 1024;
/** Where backups of partition tables and the marks of old volumes are. */
const tailBytes = 4 * 1024 * 1024;
const chunkBytes = 4 * 1024 * 1024;

/**
 * Writes an image to a whole disk, after the table of docs/decisions/blank-disk.md let it, under the disk's lock and with the
 * disk open for nobody but us. DESTRUCTIVE. A disk whose image did not come, or did not come whole, starts nothing.
 * @param pieces of the image, as it is served
 * @throws AgentError `blank-disk.*` with exit status 4: nothing was changed then; `install.digest`, and what the source throws
 */
export async function writeImage(
  order: ImageOrder,
  pieces: AsyncIterable<Uint8Array>,
  system: System,
): Promise<{ readonly bytes: number }> {
  const { path } = order.disk;
  return withDeviceLock(system, path, async () => {
    await using handle = await claimDevice(system, path);
    const disk = await requireWritable(order, handle, system);
    await clear(handle, disk.sizeBytes);
    return await write(order, handle, pieces, system);
  });
}

async function requireWritable(order: ImageOrder, handle: FileHandle, system: System): Promise<BlockDevice> {
  const { disk: target, replace, image } = order;
  const family = await observeDiskOf(system, target.name);
  const disk = family.find(({ name }) => name === target.name);
  const isUnfinished = isUnfinishedMark((await handle.read(Buffer.alloc(512), 0, 512, 0)).buffer);
  const facts: BlankFacts = {
    family,
    target: { name: target.name, diskSequence: target.diskSequence },
    purpose: { kind: 'install', imageBytes: image.bytes ?? 0, mayReplace: replace, isUnfinished },
    isDataDisk: true,
    isSystemDisk: false,
    fstabClaim: undefined,
    unitClaim: undefined,
    mounts: await observeMounts(system),
    swaps: await observeSwaps(system),
    signatures: await observeSignatures(system, target.path),
    isZero: disk !== undefined && (await isBlank(handle, disk.sizeBytes)),
    // It is written through the handle by which it was read, and in the size of this look.
    readBytes: disk?.sizeBytes ?? 0,
  };
  const refused = refuseFormat(facts);
  if (refused === undefined && disk !== undefined) return disk;
  throw new AgentError(`refused to write the image to it: ${refused?.because}`, {
    code: `blank-disk.${refused?.code}`,
    subject: target.path,
    remedy: 'nothing was changed; if what is on it may go, say so with `replace: true` in the profile of the machine',
    exitCode: ExitCode.refusedToProtectData,
  });
}

/** What of an earlier system could be taken for a part of the new one, which may be smaller. */
async function clear(handle: FileHandle, sizeBytes: number): Promise<void> {
  const tail = Math.min(tailBytes, sizeBytes);
  await handle.write(Buffer.alloc(tail), 0, tail, sizeBytes - tail);
  const head = Buffer.concat([unfinishedMark], Math.min(headBytes, sizeBytes));
  await handle.write(head, 0, head.length, 0);
  // On the disk before anything of the image is: it is what lets a second try begin.
  await handle.sync();
}

async function write(
  { disk, image }: ImageOrder,
  handle: FileHandle,
  pieces: AsyncIterable<Uint8Array>,
  { processes }: System,
): Promise<{ readonly bytes: number }> {
  const hash = createHash('sha256');
  const served = async function* () {
    for await (const piece of pieces) {
      hash.update(piece);
      yield piece;
    }
  };
  const raw = image.packing === 'raw' ? served() : unpack(image.packing, served(), processes.pipe, image.url).chunks;
  let head: Uint8Array = Buffer.alloc(0);
  let position = 0;
  for await (const chunk of inChunks(raw)) {
    if (position === 0) head = chunk.subarray(0, headBytes);
    const rest = position === 0 ? chunk.subarray(headBytes) : chunk;
    await writeAll(handle, rest, position === 0 ? headBytes : position);
    position += chunk.length;
  }
  await handle.sync();
  const digest = hash.digest('hex');
  if (digest !== image.digest) throw wrongDigest(image, digest, disk.path);
  await writeAll(handle, head, 0);
  await handle.sync();
  return { bytes: position };
}

/** A disk is written in large pieces, whatever the size of those that come. The first is larger than the head. */
async function* inChunks(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    waiting.push(piece);
    length += piece.length;
    if (length < chunkBytes) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(waiting);
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

function wrongDigest({ url, digest }: ImageOrder['image'], came: string, disk: string): AgentError {
  return new AgentError(`cannot use the image: its sha256 is ${came}, not ${digest}`, {
    code: 'install.digest',
    subject: url,
    remedy: `${disk} starts nothing; see whether the image was replaced while it was sent, and install once more`,
  });
}
