import { basename } from 'node:path';
import { observeDiskOf } from '../../core/block-device/block-devices.ts';
import { readScsiAddress, scanScsiAddress } from '../../core/block-device/scsi-address.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import { writeAttribute } from '../../core/system/write-attribute.ts';
import type { ActionKind } from '../action/kind.ts';
import { requireSameDisk } from './require-same-disk.ts';

/**
 * Has the kernel let go of a SCSI disk that is not there any more, and find the one that is in its place. DESTRUCTIVE: what is in
 * memory for the old disk is lost, as with any disk that is pulled. The handler has the kernel ask the disk once more before it.
 */
export interface ExpelDisk {
  readonly kind: 'expel-disk';
  /** Path of the whole disk. */
  readonly disk: string;
  readonly diskSequence: number | null;
  /** Serial of the disk that the kernel takes it for. */
  readonly knownSerial: string;
  /** Serial of the one in its place. */
  readonly serialNow: string;
}

export const expelDiskKind: ActionKind<ExpelDisk> = {
  kind: 'expel-disk',
  describe: ({ disk, knownSerial, serialNow }) =>
    `let go of ${disk}: ${serialNow} took the place of ${knownSerial}, and the kernel did not hear of it`,
  deviceOf: ({ disk }) => disk,
  apply: expelDisk,
};

/**
 * Offline first: the kernel writes what it still has when a disk is deleted, and that would go to the new one. udev then tells of the
 * removal of the old disk and of the new one, as if the kernel had heard of both.
 * @throws AgentError `disk.replaced`, `disk.two-serials`
 */
async function expelDisk({ disk, diskSequence, serialNow }: ExpelDisk, system: System): Promise<void> {
  await requireSameDisk({ device: disk, disk, diskSequence }, 'let go of', system);
  const name = basename(disk);
  const address = await readScsiAddress(system, name);
  if (address === undefined || (await readSerialAgain(name, system)) !== serialNow) throw twoSerials(disk, serialNow);
  await writeAttribute(system, `/sys/block/${name}/device/state`, 'offline\n');
  await writeAttribute(system, `/sys/block/${name}/device/delete`, '1\n');
  await scanScsiAddress(system, address);
}

function twoSerials(disk: string, serialNow: string): AgentError {
  return new AgentError(`it says that it is ${serialNow}, and the kernel does not read that of it: it stays as it is`, {
    code: 'disk.two-serials',
    subject: disk,
    remedy: 'see `dmesg`, and have the platform detach the disk and attach it again',
    exitCode: ExitCode.refusedToProtectData,
  });
}

/** A rescan has the kernel read the VPD pages of a disk again (scsi_rescan_device in drivers/scsi/scsi_scan.c of Linux). */
async function readSerialAgain(name: string, system: System): Promise<string | null | undefined> {
  await writeAttribute(system, `/sys/block/${name}/device/rescan`, '1\n');
  return (await observeDiskOf(system, name)).find((device) => device.name === name)?.serial;
}
