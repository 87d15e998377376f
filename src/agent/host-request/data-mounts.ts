import { type Mount, observeMounts } from '../../core/block-device/mounts.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import { readDiskRecords } from '../disk/disk-records.ts';
import { mountOf } from '../disk/mount-of.ts';

/** A file system of a data disk, where the agent mounted it. */
export interface DataMount {
  /** Of the disk, or of each disk that it lies on. */
  readonly serials: readonly string[];
  readonly mountPoint: string;
  readonly majorMinor: string;
  readonly fileSystem: string;
  readonly isReadOnly: boolean;
}

/** The mounts that the agent made and that are there still, in the order of the kernel; nothing else is the platform's to ask about. */
export async function observeDataMounts(system: System): Promise<DataMount[]> {
  const mounts = await observeMounts(system);
  const records = await readDiskRecords(system);
  const found = records.flatMap((record) => {
    const mount = mountOf(record, mounts);
    const disks = [record, ...records.filter(({ key }) => record.beneath.includes(key))];
    const serials = disks.flatMap(({ serial }) => serial ?? []);
    return mount === undefined ? [] : [{ mount, serials }];
  });
  found.sort((one, other) => mounts.indexOf(one.mount) - mounts.indexOf(other.mount));
  return found.map(({ mount, serials }) => describeMount(mount, serials));
}

function describeMount(mount: Mount, serials: readonly string[]): DataMount {
  const { mountPoint, majorMinor, fileSystem, options, superOptions } = mount;
  const isReadOnly = options.includes('ro') || superOptions.includes('ro');
  return { serials, mountPoint, majorMinor, fileSystem, isReadOnly };
}

/**
 * What is done to a path is done to what lies on top: to be asked right before.
 * @throws AgentError `mount.not-there` unless this very file system is what the path leads to
 */
export async function requireMounted(
  system: System,
  { mountPoint, majorMinor }: Pick<DataMount, 'mountPoint' | 'majorMinor'>,
): Promise<void> {
  const top = (await observeMounts(system)).findLast((mount) => mount.mountPoint === mountPoint);
  if (top?.majorMinor === majorMinor) return;
  throw new AgentError('left it alone: the disk is not mounted there any more, or something lies over it', {
    code: 'mount.not-there',
    subject: mountPoint,
    remedy: `see \`findmnt ${mountPoint}\`, and ask again`,
    exitCode: ExitCode.refusedToProtectData,
  });
}
