import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentImage } from './agent-image.ts';
import type { DebianVersion } from './debian.ts';
import { Guest } from './guest.ts';
import { type Hardware, startQemu } from './qemu.ts';
import { Qmp } from './qmp.ts';
import { Shell } from './shell.ts';
import { makeSwapDisk, type Payload } from './swap-disk.ts';

export interface BootOptions extends Omit<Hardware, 'folder' | 'swapDisk'> {
  readonly debian: DebianVersion;
  /** What the platform left on the swap disk; without it the guest has no swap disk, unless `swapDisk` is an image. */
  readonly payload?: Payload;
  readonly swapDisk?: string;
}

/** The time that a guest may take to its first answer; under emulation on a busy machine it is well under a minute. */
const secondsToAnswer = 180;

/**
 * Starts a guest that has the agent installed, and returns as soon as its root shell answers, in the middle of boot.
 * @throws Error with the end of the serial log if no shell answers
 */
export async function boot(options: BootOptions): Promise<Guest> {
  const image = await agentImage(options.debian);
  const folder = await mkdtemp(join(tmpdir(), 'gandi-guest-'));
  const swapDisk = options.payload === undefined ? options.swapDisk : await makeSwapDisk(folder, options.payload);
  const qemu = await startQemu(image, { ...options, folder, swapDisk });
  const failure = new AbortController();
  qemu.ended.then((said) => failure.abort(new Error(`QEMU has ended: ${said}`)));
  const connected = AbortSignal.any([failure.signal, AbortSignal.timeout(30_000)]);
  const qmp = await Qmp.connect(join(folder, 'qmp.sock'), connected);
  const shell = await Shell.connect(join(folder, 'shell.sock'), connected);
  const guest = new Guest({ folder, qemu, qmp, shell });
  await guest.expect('true', secondsToAnswer);
  return guest;
}

/** Ends a guest and removes what it left on this host. */
export async function discard(guest: Guest): Promise<void> {
  await guest.stop();
  await rm(guest.folder, { recursive: true, force: true });
}
