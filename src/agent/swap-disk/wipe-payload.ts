import type { FileHandle } from 'node:fs/promises';
import type { PayloadLocation } from '../../core/payload/payload-location.ts';
import { AgentError } from '../../core/error/agent-error.ts';
import { decideWipe } from './wipe-decision.ts';
import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import { markLength, wipeMark } from './payload-area.ts';
import { observeSwapDisk } from './swap-disk.ts';
import { isZero } from '../../core/block-device/zeros.ts';
import type { System } from '../../core/system/system.ts';
import { claimDevice, withDeviceLock } from '../../core/block-device/device-lock.ts';
import { refusal, requireDevice } from './swap-refusal.ts';
import type { ActionKind } from '../action/kind.ts';

/** Overwrites the payload with zeros. DESTRUCTIVE: the handler checks the whole table of docs/decisions/swap-disk.md first. */
export interface WipePayload {
  readonly kind: 'wipe-payload';
  readonly payload: PayloadLocation;
}

export const wipePayloadKind: ActionKind<WipePayload> = {
  kind: 'wipe-payload',
  describe: (action) =>
    `wipe payload on /dev/${action.payload.disk} (${action.payload.length} bytes at ${action.payload.offset})`,
  deviceOf: (action) => `/dev/${action.payload.disk}`,
  apply: wipePayload,
};

/**
 * Overwrites an applied payload with zeros, after it was looked for again under the disk's lock: the same disk, the
 * same bytes, on record as applied. Cut off at any moment, it goes on the next time; done twice, it changes nothing.
 * @throws AgentError exit status 4 for a row of docs/decisions/swap-disk.md that refuses; nothing was changed then
 */
export async function wipePayload({ payload }: WipePayload, system: System): Promise<void> {
  const disk = await requireDevice(system, payload.disk);
  await withDeviceLock(system, disk.path, async () => {
    if ((await wipe(payload, system)) === 'wiped') await forgetCachedBlocks(system, disk);
  });
}

async function wipe(payload: PayloadLocation, system: System): Promise<'wiped' | 'done'> {
  const { device, start } = await chooseTarget(system, payload);
  await using handle = await claimDevice(system, device.path);
  // What was true before the claim may have changed until it was ours.
  const decision = decideWipe(payload, await observeSwapDisk(system));
  if (!decision.allowed) throw refusal(decision, device.path, system);
  if (decision.state === 'done') return 'done';
  await overwrite(handle, payload.offset - start, payload);
  return 'wiped';
}

/** Where the bytes can be written: the swap partition if they all lie in it, as a disk with a mounted partition is never only ours. */
async function chooseTarget(system: System, payload: PayloadLocation): Promise<{ device: BlockDevice; start: number }> {
  const facts = await observeSwapDisk(system);
  const decision = decideWipe(payload, facts);
  if (!decision.allowed) throw refusal(decision, `/dev/${payload.disk}`, system);
  if (facts.designation.kind !== 'one') throw new TypeError('a decision that allows has a designation');
  const { disk, swapDevice } = facts.designation;
  const start = swapDevice.partition?.startBytes ?? 0;
  const isInside = start <= payload.offset && payload.offset + payload.length <= start + swapDevice.sizeBytes;
  return isInside ? { device: swapDevice, start } : { device: disk, start: 0 };
}

/**
 * The mark first and last, each made durable by itself: a sector is written as a whole, so at any moment the area is
 * the payload, or marked, or zeros. Without the mark a half-wiped payload could not be told from one that is damaged.
 */
async function overwrite(handle: FileHandle, offset: number, { digest, length }: PayloadLocation): Promise<void> {
  const first = Math.min(markLength, length);
  if (length > markLength) {
    await writeAll(handle, wipeMark(digest), offset);
    await handle.sync();
    await writeZeros(handle, offset + first, length - first);
    await handle.sync();
  }
  await writeZeros(handle, offset, first);
  await handle.sync();
  if (await isZero(handle, offset, length)) return;
  throw new AgentError('wrote zeros over the payload and did not read zeros back', {
    code: 'payload.not-wiped',
    subject: `${length} bytes at ${offset}`,
    remedy: 'look for errors of this disk with `dmesg`',
  });
}

async function writeZeros(handle: FileHandle, offset: number, length: number): Promise<void> {
  const zeros = Buffer.alloc(Math.min(1024 * 1024, length));
  for (let done = 0; done < length; done += zeros.length) {
    await writeAll(handle, zeros.subarray(0, Math.min(zeros.length, length - done)), offset + done);
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** A disk and its partitions have caches of their own: the disk's still shows what was written over through a partition. */
async function forgetCachedBlocks(system: System, disk: BlockDevice): Promise<void> {
  await system.processes.run('blockdev', ['--flushbufs', disk.path]);
}
