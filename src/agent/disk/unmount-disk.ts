import { AgentError, describeError, ExitCode } from '../../core/error/agent-error.ts';
import { isMadeFolder } from './made-folders.ts';
import { observeMountUsers } from './mount-users.ts';
import { type Mount, observeMounts } from '../../core/block-device/mounts.ts';
import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** `lazy` only when the device is gone: open files would keep the stale mount for ever. */
export interface UnmountDisk {
  readonly kind: 'unmount-disk';
  readonly mountPoint: string;
  /** The folder was there before the agent: only the mount goes. */
  readonly keepFolder: boolean;
  readonly lazy: boolean;
}

export const unmountDiskKind: ActionKind<UnmountDisk> = {
  kind: 'unmount-disk',
  describe: (action) => `unmount ${action.mountPoint}${action.lazy ? ', whatever uses it' : ''}`,
  apply: unmountDisk,
};

const unmountTimeoutSeconds = 10;

// Takes the folder along, in one step: see what it says itself.
const remover = '/usr/lib/gandi/remove-mount-point';

/**
 * Unmounts plainly, or where the device is gone or is to go although programs hold its files: takes the mount out of the
 * tree, together with its folder, so that nobody new writes into the void or into the folder below.
 * @throws AgentError `disk.busy` naming who uses it, `disk.still-mounted`, `process.*`
 */
async function unmountDisk({ mountPoint, keepFolder, lazy }: UnmountDisk, system: System): Promise<void> {
  const before = await topMountAt(mountPoint, system);
  if (lazy) await takeOut(mountPoint, keepFolder, system);
  else await unmount(mountPoint, [], system).catch((error: unknown) => explain(mountPoint, error, system));
  if (before !== undefined) await requireGone(before, system);
}

/** umount(8) goes by the folder, and takes the one that is on top. */
async function topMountAt(mountPoint: string, system: System): Promise<Mount | undefined> {
  return (await observeMounts(system)).findLast((mount) => mount.mountPoint === mountPoint);
}

/** The table of mounts is what counts: a disk that is taken for unmounted is given to the platform. */
async function requireGone({ id, mountPoint }: Mount, system: System): Promise<void> {
  const isThere = (await observeMounts(system)).some((mount) => mount.id === id && mount.mountPoint === mountPoint);
  if (!isThere) return;
  throw new AgentError('unmounted it, and it is mounted still', {
    code: 'disk.still-mounted',
    subject: mountPoint,
    remedy: `see \`findmnt ${mountPoint}\`, unmount it by hand, and try again`,
    exitCode: ExitCode.refusedToProtectData,
  });
}

async function takeOut(mountPoint: string, keepFolder: boolean, system: System): Promise<void> {
  const takesFolder = !keepFolder && (await isMadeFolder(system, mountPoint));
  if (takesFolder && (await removeBoth(mountPoint, system))) return;
  try {
    await unmount(mountPoint, [], system);
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    await unmount(mountPoint, ['--lazy'], system);
  }
}

async function removeBoth(mountPoint: string, system: System): Promise<boolean> {
  try {
    await system.processes.run(remover, [mountPoint], { timeoutSeconds: unmountTimeoutSeconds });
    return true;
  } catch (error) {
    // The folder below holds something: then only the mount has to go.
    system.journal.debug(`${mountPoint} is unmounted and its folder stays: ${describeError(error)}`);
    return false;
  }
}

async function unmount(mountPoint: string, options: readonly string[], system: System): Promise<void> {
  const args = [...options, '--', mountPoint];
  await system.processes.run('umount', args, { timeoutSeconds: unmountTimeoutSeconds });
}

async function explain(mountPoint: string, cause: unknown, system: System): Promise<never> {
  const users = await observeMountUsers(system, mountPoint);
  if (users.length === 0) throw cause;
  throw new AgentError(
    `cannot unmount it: it is used by ${users.map(({ name, pid }) => `${name} (${pid})`).join(', ')}`,
    {
      code: 'disk.busy',
      subject: mountPoint,
      remedy: 'end these programs and try again',
      exitCode: ExitCode.refusedToProtectData,
      cause,
    },
  );
}
