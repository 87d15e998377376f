import { installedDocuments } from '../../core/error/installed-documents.ts';
import { basename } from 'node:path';
import type { BlankFormat } from '../../core/block-device/blank-decision.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { type BlankFacts, type BlankRefusal, refuseFormat } from '../../core/block-device/blank-decision.ts';
import { isBlank } from '../../core/block-device/blankness.ts';
import { observeDiskOf } from '../../core/block-device/block-devices.ts';
import { findClaim, readFstab } from './fstab.ts';
import { observeMountUnitClaims } from './mount-unit-claims.ts';
import { observeMounts, observeSwaps } from '../../core/block-device/mounts.ts';
import { observeSignatures } from '../../core/block-device/signatures.ts';
import { observeLayers } from './layers.ts';
import { isSystemDisk } from './system-disks.ts';
import { observeUdevProperties } from '../../core/block-device/udev-properties.ts';
import type { System } from '../../core/system/system.ts';
import { claimDevice, withDeviceLock } from '../../core/block-device/device-lock.ts';
import type { ActionKind } from '../action/kind.ts';

/** Makes a file system on a disk that is blank. DESTRUCTIVE: the handler checks the whole table of docs/decisions/blank-disk.md first. */
export interface FormatBlank {
  readonly kind: 'format-blank';
  /** Path of the whole disk. */
  readonly disk: string;
  readonly diskSequence: number | null;
  readonly fileSystem: BlankFormat;
}

export const formatBlankKind: ActionKind<FormatBlank> = {
  kind: 'format-blank',
  describe: (action) => `format ${action.disk} as ${action.fileSystem}`,
  deviceOf: (action) => action.disk,
  apply: formatBlank,
};

/** None of them is forced: each refuses by itself what carries a signature. */
const commands: Readonly<Record<BlankFormat, readonly [tool: string, ...args: string[]]>> = {
  ext4: ['mkfs.ext4', '-q'],
  xfs: ['mkfs.xfs', '-q'],
  btrfs: ['mkfs.btrfs', '--quiet'],
};
const formatTimeoutSeconds = 600;

/**
 * Makes a file system on a disk, after it was proven to be blank under the disk's lock and with the disk open for us alone.
 * When it returns, udev knows the new file system.
 * @throws AgentError exit status 4 for a row of docs/decisions/blank-disk.md that refuses; nothing was changed then
 */
export async function formatBlank(action: FormatBlank, system: System): Promise<void> {
  await withDeviceLock(system, action.disk, async () => {
    await requireBlank(action, system);
    const [tool, ...args] = commands[action.fileSystem];
    await system.processes.run(tool, [...args, action.disk], { timeoutSeconds: formatTimeoutSeconds });
  });
  // udevd looks at a disk that was locked only once somebody opens and closes it again.
  await system.processes.run('udevadm', ['trigger', '--action=change', '--settle', action.disk], {
    timeoutSeconds: 60,
  });
}

async function requireBlank(action: FormatBlank, system: System): Promise<void> {
  // Let go of at the end: mkfs claims the disk itself, and would not get it from us. The lock stays.
  await using handle = await claimDevice(system, action.disk);
  const before = await observe(action, system);
  const readBytes = before.family.find(({ name }) => name === before.target.name)?.sizeBytes ?? 0;
  // What refuses it without a look at its content spares the reading.
  refuse(action, refuseFormat({ ...before, readBytes, isZero: true }));
  const isZero = await isBlank(handle, readBytes);
  // To read it takes up to half a minute, and on Xen another disk may get the name of one that goes meanwhile.
  refuse(action, refuseFormat({ ...(await observe(action, system)), readBytes, isZero }));
}

function refuse(action: FormatBlank, refused: BlankRefusal | undefined): void {
  if (refused === undefined) return;
  throw new AgentError(`refused to format it: ${refused.because}`, {
    code: `blank-disk.${refused.code}`,
    subject: action.disk,
    remedy: `nothing was changed; see row ${refused.row} of ${installedDocuments}/decisions/blank-disk.md`,
    exitCode: ExitCode.refusedToProtectData,
  });
}

async function observe(
  { disk, diskSequence, fileSystem }: FormatBlank,
  system: System,
): Promise<Omit<BlankFacts, 'isZero' | 'readBytes'>> {
  const name = basename(disk);
  const family = await observeDiskOf(system, name);
  const properties = await observeUdevProperties(system, disk);
  const mounts = await observeMounts(system);
  const swaps = await observeSwaps(system);
  const fstab = await readFstab(system);
  return {
    family,
    target: { name, diskSequence },
    purpose: { kind: 'format', fileSystem },
    isDataDisk: properties.GANDI_DATA_DISK === '1',
    isSystemDisk: isSystemDisk([...family, ...(await observeLayers(system, family))], mounts, swaps),
    fstabClaim: findClaim(fstab, properties)?.line,
    unitClaim: findClaim(await observeMountUnitClaims(system, fstab), properties)?.unit,
    mounts,
    swaps,
    signatures: await observeSignatures(system, disk),
  };
}
