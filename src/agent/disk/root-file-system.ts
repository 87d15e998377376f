import { isRunningMachine, type System } from '../../core/system/system.ts';
import { observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { mountedDevice, observeMounts } from '../../core/block-device/mounts.ts';

export interface RootFileSystem {
  /** By the kernel's name, `/dev/vda1`. */
  readonly path: string;
  readonly type: string;
  readonly uuid: string;
}

export interface FstabFacts {
  readonly text: string | undefined;
  /** undefined where `/` is on no block device that the kernel names, and on a tree that is not running. */
  readonly root: RootFileSystem | undefined;
  /** `20260131`, for the name of the copy. */
  readonly day: string;
}

export async function observeFstab(system: System): Promise<FstabFacts> {
  return {
    text: await system.files.read('/etc/fstab'),
    root: await observeRootFileSystem(system),
    day: system.clock.now().toISOString().slice(0, 10).replaceAll('-', ''),
  };
}

/** What is mounted at `/` now, asked from the kernel and never guessed from a name (D7, D11). */
export async function observeRootFileSystem(system: System): Promise<RootFileSystem | undefined> {
  if (!isRunningMachine(system)) return undefined;
  const mount = (await observeMounts(system)).findLast((each) => each.mountPoint === '/');
  const device = mount === undefined ? undefined : mountedDevice(await observeBlockDevices(system), mount);
  if (mount === undefined || device === undefined) return undefined;
  const { stdout } = await system.processes.run(
    'blkid',
    ['--match-tag', 'UUID', '--output', 'value', '--', device.path],
    { acceptExitCodes: [2] },
  );
  const uuid = stdout.trim();
  return /^[0-9A-Za-z-]+$/.test(uuid) ? { path: device.path, type: mount.fileSystem, uuid } : undefined;
}
