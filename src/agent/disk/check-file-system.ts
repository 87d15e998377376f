import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { requireSameDisk } from './require-same-disk.ts';
import type { System } from '../../core/system/system.ts';
import { claimDevice, withSharedDeviceLock } from '../../core/block-device/device-lock.ts';
import type { ActionKind } from '../action/kind.ts';

/** Has e2fsck(8) repair what is safe to repair without asking. DESTRUCTIVE: the handler checks docs/decisions/file-system-check.md first. */
export interface CheckFileSystem {
  readonly kind: 'check-file-system';
  /** Path of the block device. */
  readonly device: string;
  /** Path of the whole disk. */
  readonly disk: string;
  readonly diskSequence: number | null;
}

export const checkFileSystemKind: ActionKind<CheckFileSystem> = {
  kind: 'check-file-system',
  describe: (action) => `check the file system of ${action.device}`,
  deviceOf: (action) => action.device,
  apply: checkFileSystem,
};

// A full check of a large file system, which follows a recorded error, takes its time; a clean one takes none.
const checkTimeoutSeconds = 3600;
// e2fsck(8), EXIT CODE: errors were found and all are corrected.
const corrected = 1;

/**
 * Repairs what can be repaired without a choice, as a boot does with the file systems of /etc/fstab. It takes minutes on a large disk,
 * whose other partitions are mounted meanwhile.
 * @throws AgentError `disk.replaced`, `device.locked`, `device.busy`; `file-system.damaged` where a person has to choose:
 *   the disk is not mounted then
 */
export async function checkFileSystem(action: CheckFileSystem, system: System): Promise<void> {
  const { device, disk } = action;
  await withSharedDeviceLock(system, disk, async () => {
    await requireSameDisk(action, 'check', system);
    await requireNotInUse(device, system);
    try {
      await system.processes.run('e2fsck', ['-p', device], {
        timeoutSeconds: checkTimeoutSeconds,
        acceptExitCodes: [corrected],
      });
    } catch (cause) {
      throw new AgentError('its file system is damaged, and e2fsck does not repair it without being told how', {
        code: 'file-system.damaged',
        subject: device,
        remedy: `run \`e2fsck ${device}\`, then \`gandi-agent disk attach ${device}\``,
        exitCode: ExitCode.refusedToProtectData,
        cause,
      });
    }
  });
}

/** e2fsck(8) claims the device itself, and would not get it from us. */
async function requireNotInUse(device: string, system: System): Promise<void> {
  await using _ = await claimDevice(system, device);
}
