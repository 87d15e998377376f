import type { HookName } from '../action.ts';
import { type BlockDevice, observeBlockDevices } from '../facts/block-devices.ts';
import { findClaim, parseFstab } from '../facts/fstab.ts';
import { observeMounts, observeSwaps } from '../facts/mounts.ts';
import { systemDisks } from '../facts/system-disks.ts';
import type { Flags } from '../flags/flag-table.ts';
import { readDiskRecords } from '../state/disk-records.ts';
import type { System } from '../system/system.ts';
import type { AttachedDisk, DiskFacts, FolderState } from './disk-facts.ts';
import { chooseMountPoint } from './mount-point.ts';

type Properties = Readonly<Record<string, string>>;

/**
 * Looks at one block device and at what its decision depends on.
 * @param properties what udev found on it, from the newest event
 */
export async function observeDisk(
  system: System,
  flags: Flags,
  kernelName: string,
  properties: Properties,
  justAttached: boolean,
): Promise<DiskFacts> {
  const mounts = await observeMounts(system);
  const records = (await readDiskRecords(system)).filter((record) => record.key.startsWith(`${kernelName}@`));
  const attached = await observeAttached(system, kernelName, properties);
  const path = chooseMountPoint({ kernelName, ...attached }, mounts, flags.CONFIG_DISK_ROOT);
  return {
    kernelName,
    attached,
    justAttached,
    records,
    mounts,
    mountPoint: { path, state: await observeFolder(system, path) },
    hooks: await observeHooks(system, flags.GANDI_HOOK_DIR),
  };
}

async function observeAttached(
  system: System,
  name: string,
  properties: Properties,
): Promise<AttachedDisk | undefined> {
  const devices = await observeBlockDevices(system);
  const device = devices.find((each) => each.name === name);
  if (device === undefined || !describes(properties, device)) return undefined;
  const disk = devices.find((each) => each.name === device.parent) ?? device;
  const onSystem = systemDisks(devices, await observeMounts(system), await observeSwaps(system));
  const claim = findClaim(parseFstab((await system.files.read('/etc/fstab')) ?? ''), properties);
  return {
    device,
    wholeDisk: disk.path,
    isDataDisk: properties.GANDI_DATA_DISK === '1',
    fileSystem: properties.ID_FS_TYPE || undefined,
    usage: properties.ID_FS_USAGE || undefined,
    isAmbivalent: properties.ID_FS_AMBIVALENT !== undefined,
    encodedLabel: properties.ID_FS_LABEL_ENC || undefined,
    serial: properties.ID_SERIAL_SHORT || device.serial || undefined,
    isSystemDisk: onSystem.has(disk.name),
    fstabClaim: claim?.line,
  };
}

/** Properties of a disk that had this kernel name before say nothing about the one that has it now. */
function describes(properties: Properties, device: BlockDevice): boolean {
  return (
    properties.DISKSEQ === undefined ||
    device.diskSequence === null ||
    Number(properties.DISKSEQ) === device.diskSequence
  );
}

async function observeFolder(system: System, path: string): Promise<FolderState> {
  const status = await system.files.status(path);
  if (status === undefined) return 'missing';
  if (status.type !== 'directory') return 'not-a-folder';
  return (await system.files.list(path)).length === 0 ? 'empty' : 'not-empty';
}

async function observeHooks(system: System, folder: string): Promise<Partial<Record<HookName, string>>> {
  const names: readonly HookName[] = ['post-disk-attach', 'pre-disk-detach'];
  const present = await system.files.list(folder);
  return Object.fromEntries(names.filter((name) => present.includes(name)).map((name) => [name, `${folder}/${name}`]));
}
