import { basename } from 'node:path';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { removalFile } from './removal-file.ts';
import { type ReleasedDisk, writeReleasedDisk } from './released-disks.ts';
import { type BlockDevice, observeDiskOf } from '../../core/block-device/block-devices.ts';
import { withDeviceLock } from '../../core/block-device/device-lock.ts';
import { isMountedFrom, observeMounts, observeSwaps } from '../../core/block-device/mounts.ts';
import { readScsiAddress } from '../../core/block-device/scsi-address.ts';
import { readDiskSequence } from '../../core/block-device/disk-sequence.ts';
import type { System } from '../../core/system/system.ts';
import { writeAttribute } from '../../core/system/write-attribute.ts';
import type { ActionKind } from '../action/kind.ts';

/** Proves that nothing of a disk is in use any more, and has the kernel let go of it where its bus can. */
export interface ReleaseDisk {
  readonly kind: 'release-disk';
  /** Path of the whole disk. */
  readonly disk: string;
  readonly diskSequence: number | null;
  /** What a person may call it afterwards: serial, labels, names of folders. */
  readonly names: readonly string[];
  /** Who takes it away: the kernel at once, or the platform at any time, where the bus has no way to let go. */
  readonly taker: 'kernel' | 'platform';
}

export const releaseDiskKind: ActionKind<ReleaseDisk> = {
  kind: 'release-disk',
  describe: ({ disk, taker }) =>
    taker === 'kernel' ? `release ${disk} from the kernel` : `${disk} is detached; the platform can take it now`,
  deviceOf: (action) => action.disk,
  apply: releaseDisk,
};

/**
 * Has the kernel forget a disk of which nothing is in use, where its bus can. The disk's lock keeps every mount of ours away
 * between the last question and the act.
 * @throws AgentError `disk.replaced`, `disk.in-use`, `device.locked`
 */
async function releaseDisk(action: ReleaseDisk, system: System): Promise<void> {
  const name = basename(action.disk);
  if ((await observeDiskOf(system, name)).length === 0) return;
  await withDeviceLock(system, action.disk, () => releaseUnused(action, name, system));
}

async function releaseUnused(action: ReleaseDisk, name: string, system: System): Promise<void> {
  const family = await observeDiskOf(system, name);
  const disk = family.find((device) => device.name === name);
  if (disk === undefined) return;
  if ((await readDiskSequence(system, action.disk)) !== action.diskSequence) {
    throw refused('disk.replaced', action.disk, 'another disk has this name now', 'see `gandi-agent disk list`');
  }
  await requireUnused(family, system);
  const file = removalFile(disk.bus);
  if (file === undefined) return;
  const place = await observePlace(disk, system);
  if (place !== undefined) {
    const releasedAt = system.clock.now().toISOString();
    await writeReleasedDisk(system, { device: action.disk, names: [...action.names], place, releasedAt });
  }
  await writeAttribute(system, `/sys/block/${name}/${file}`, '1\n');
}

/** Where its bus would find it again. */
async function observePlace({ name, bus }: BlockDevice, system: System): Promise<ReleasedDisk['place'] | undefined> {
  if (bus !== 'scsi') return { bus: 'pci' };
  const address = await readScsiAddress(system, name);
  return address === undefined ? undefined : { bus, address };
}

async function requireUnused(parts: readonly BlockDevice[], system: System): Promise<void> {
  const mounts = await observeMounts(system);
  const swaps = await observeSwaps(system);
  for (const part of parts) {
    const mount = mounts.find((each) => isMountedFrom(each, part));
    if (mount !== undefined) throw inUse(part, `it is mounted at ${mount.mountPoint}`);
    if (swaps.some(({ path }) => path === part.path)) throw inUse(part, 'it is swap in use');
    if (part.holders.length > 0) throw inUse(part, `${part.holders.join(', ')} is built on it`);
  }
}

function inUse(part: BlockDevice, because: string): AgentError {
  return refused('disk.in-use', part.path, because, 'end that use first');
}

function refused(code: string, subject: string, because: string, remedy: string): AgentError {
  const exitCode = ExitCode.refusedToProtectData;
  return new AgentError(`cannot release it: ${because}`, { code, subject, remedy, exitCode });
}
