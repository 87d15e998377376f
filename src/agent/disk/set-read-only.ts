import { basename } from 'node:path';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { withDeviceLock } from '../../core/block-device/device-lock.ts';
import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';
import { requireSameDisk } from './require-same-disk.ts';

/** Has the kernel refuse every write to a block device, or takes that back. */
export interface SetReadOnly {
  readonly kind: 'set-read-only';
  /** Path of the block device. */
  readonly device: string;
  /** Path of the whole disk. */
  readonly disk: string;
  readonly diskSequence: number | null;
  readonly isReadOnly: boolean;
}

export const setReadOnlyKind: ActionKind<SetReadOnly> = {
  kind: 'set-read-only',
  describe: ({ device, isReadOnly }) =>
    isReadOnly ? `have the kernel refuse writes to ${device}` : `let ${device} be written again`,
  deviceOf: (action) => action.device,
  apply: setReadOnly,
};

/**
 * blockdev(8), the ioctl BLKROSET. A disk that the host gives read-only stays so whatever is asked for.
 * @throws AgentError `disk.replaced`, `device.locked`, `disk.not-read-only`, `process.*`
 */
async function setReadOnly(action: SetReadOnly, system: System): Promise<void> {
  const { device, disk, isReadOnly } = action;
  await withDeviceLock(system, disk, async () => {
    await requireSameDisk(action, isReadOnly ? 'protect' : 'release', system);
    await system.processes.run('blockdev', [isReadOnly ? '--setro' : '--setrw', device]);
  });
  if (isReadOnly) await requireReadOnly(device, system);
}

/** The kernel's own word that a device takes no write. @throws AgentError `disk.not-read-only` */
export async function requireReadOnly(device: string, system: System): Promise<void> {
  const name = basename(device);
  if ((await system.files.read(`/sys/class/block/${name}/ro`))?.trim() === '1') return;
  throw new AgentError('cannot mount it: it must not change, and the kernel would write to it', {
    code: 'disk.not-read-only',
    subject: device,
    remedy: `see \`blockdev --getro ${device}\` and \`dmesg\`; then run \`gandi-agent disk attach ${device}\``,
    exitCode: ExitCode.refusedToProtectData,
  });
}
