import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentImage, type GuestImage } from './agent-image.ts';
import type { DebianVersion } from './debian.ts';
import type { Witness } from './evidence.ts';
import { type AttachedDisk, Guest } from './guest.ts';
import type { NicDevice } from './guest-nic.ts';
import type { Hardware } from './qemu.ts';
import { makeSwapDisk, type Payload } from './swap-disk.ts';
import type { SystemName } from './systems.ts';
import type { MemoryCopy } from './memory-copy.ts';
import { makeRecordedDisk } from './write-recorder.ts';

export interface BootOptions
  extends Omit<Hardware, 'folder' | 'swapDisk' | 'platform' | 'recordedDisk' | 'memoryFile'> {
  readonly debian: DebianVersion;
  /** How it is set up, where it is not the plain one: a row of lab/systems.ts. */
  readonly system?: SystemName;
  /** An image in the place of the lab's own. */
  readonly image?: GuestImage;
  /** What the platform left on the swap disk; without it the guest has none. */
  readonly payload?: Payload;
  /** Makes the image of the swap disk, or changes the one that holds the payload. */
  readonly makeSwap?: (image: string) => Promise<unknown>;
  /** Prepares the guest's folder as a platform does, and returns what QEMU is given in the place of the lab's disks and NICs. */
  readonly platform?: (folder: string) => Promise<readonly string[]>;
  /** Each write to root and swap, which are on one disk then, is written down: lab/power-states.ts says what may be left of them. */
  readonly recordsWrites?: boolean;
  /** Disks that are there from the first moment. */
  readonly disks?: readonly AttachedDisk[];
  /** NICs besides the first that are there from the first moment. */
  readonly nics?: readonly NicDevice[];
  /** It goes on from here, and does not boot. */
  readonly copy?: MemoryCopy;
  /** Called before it is powered on, for what else is to be there from the first moment. */
  readonly prepare?: (guest: Guest) => Promise<void>;
}

/**
 * Starts a guest that has the agent installed; returns as soon as its root shell answers, in the middle of boot.
 * @throws Error with the end of the serial log if it never answers
 */
export async function boot({
  debian,
  system,
  image: own,
  payload,
  makeSwap,
  platform,
  disks = [],
  nics = [],
  recordsWrites = false,
  copy,
  prepare,
  ...hardware
}: BootOptions): Promise<Guest> {
  const image = own ?? (await agentImage(debian, system));
  const folder = await mkdtemp(join(tmpdir(), 'gandi-guest-'));
  const swapDisk = payload === undefined && makeSwap === undefined ? undefined : join(folder, 'swap.img');
  if (swapDisk !== undefined && payload !== undefined) await makeSwapDisk(swapDisk, payload);
  if (swapDisk !== undefined) await makeSwap?.(swapDisk);
  const recordedDisk =
    recordsWrites && swapDisk !== undefined ? await makeRecordedDisk(folder, image.disk, swapDisk) : undefined;
  const guest = new Guest(image, { ...hardware, folder, swapDisk, recordedDisk, platform: await platform?.(folder) });
  for (const disk of disks) await guest.attachDisk(disk);
  for (const nic of nics) await guest.attachNic(nic);
  await prepare?.(guest);
  await guest.start(copy).catch(async (error: unknown) => {
    const log = await readFile(join(folder, 'serial.log'), 'utf8').catch(() => '');
    await discard(guest);
    throw new Error(`the guest did not start; end of its serial log:\n${log.slice(-3000)}`, { cause: error });
  });
  return guest;
}

/** What runs on this host and has a folder here. */
export interface Machine extends Witness {
  stop(): Promise<void>;
}

/** Ends a guest and removes what it left on this host. */
export async function discard(guest: Machine): Promise<void> {
  await guest.stop();
  await rm(guest.folder, { recursive: true, force: true });
}
