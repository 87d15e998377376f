import { dirname } from 'node:path';
import { btrfsDeviceId } from './btrfs-device-id.ts';
import type { GrowthTool } from './file-systems.ts';
import { AgentError } from '../../core/error/agent-error.ts';
import { isMountedFrom, observeMounts } from '../../core/block-device/mounts.ts';
import { requireSameDisk } from './require-same-disk.ts';
import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Makes a mounted file system fill its block device. Never shrinks: every tool of `growth` only grows when no size is named. */
export interface GrowFileSystem {
  readonly kind: 'grow-file-system';
  readonly device: string;
  readonly majorMinor: string;
  /** Path of the whole disk; `diskSequence` says which disk is meant, should the name be used again. */
  readonly disk: string;
  readonly diskSequence: number | null;
  readonly mountPoint: string;
  readonly growth: GrowthTool;
}

export const growFileSystemKind: ActionKind<GrowFileSystem> = {
  kind: 'grow-file-system',
  describe: (action) => `grow the file system of ${action.device} at ${action.mountPoint}`,
  deviceOf: (action) => action.device,
  apply: growFileSystem,
};

const growthTimeoutSeconds = 600;

type CommandLine = readonly [tool: string, ...args: string[]];

/** Without a size the first two fill the device: resize2fs(8), xfs_growfs(8). btrfs-filesystem(8) takes device 1 if none is named. */
const commands: Readonly<Record<GrowthTool, (action: GrowFileSystem, system: System) => Promise<CommandLine>>> = {
  resize2fs: async ({ device }) => ['resize2fs', device],
  xfs_growfs: async ({ mountPoint }) => ['xfs_growfs', '-d', mountPoint],
  btrfs: async ({ mountPoint, device }, system) => {
    const id = await btrfsDeviceId(system, mountPoint, device);
    return ['btrfs', 'filesystem', 'resize', `${id}:max`, mountPoint];
  },
};

/**
 * Grows a file system that is mounted, and only there: unmounted, it might be somebody else's at this moment.
 * @throws AgentError `growth.not-mounted`, `growth.not-a-device`, `disk.replaced`, `process.*`
 */
export async function growFileSystem(action: GrowFileSystem, system: System): Promise<void> {
  const mounts = await observeMounts(system);
  const device = { path: action.device, majorMinor: action.majorMinor };
  const isMounted = mounts.some((mount) => mount.mountPoint === action.mountPoint && isMountedFrom(mount, device));
  if (!isMounted) {
    throw new AgentError('cannot grow it: it is not mounted any more', {
      code: 'growth.not-mounted',
      subject: action.mountPoint,
      remedy: 'nothing is lost; it is grown when it is attached again',
    });
  }
  const command = await commands[action.growth](action, system);
  const isOnDemand = mounts.some(
    (mount) => mount.fileSystem === 'autofs' && mount.mountPoint === dirname(action.mountPoint),
  );
  // A program with its working folder there keeps autofs from unmounting it, so that resize2fs finds it mounted (seen with a
  // time limit of 2 s). env(1) does the chdir, as it waits if the disk does not answer.
  const [tool, ...args] = isOnDemand ? (['env', `--chdir=${action.mountPoint}`, ...command] as const) : command;
  // Asked last: the stale mount of a disk that was pulled has the number of the disk that has its name now.
  await requireSameDisk(action, 'grow', system);
  await system.processes.run(tool, args, { timeoutSeconds: growthTimeoutSeconds });
}
