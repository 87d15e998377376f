import type { HookName } from '../action.ts';
import { type BlockDevice, observeDiskOf } from '../facts/block-devices.ts';
import { findClaim, parseFstab } from '../facts/fstab.ts';
import { type Mount, observeMounts, observeSwaps } from '../facts/mounts.ts';
import { isSystemDisk } from '../facts/system-disks.ts';
import type { Flags } from '../flags/flag-table.ts';
import { readDiskNames } from '../state/disk-names.ts';
import { readDiskRecords } from '../state/disk-records.ts';
import type { System } from '../system/system.ts';
import type { AttachedDisk, DiskFacts, FolderState, Occasion } from './disk-facts.ts';
import { chooseMountPoint, type TakenNames } from './mount-point.ts';
import type { NamedDisk } from './mount-name.ts';

type Properties = Readonly<Record<string, string>>;

/**
 * Looks at one block device and at what its decision depends on. Never opens the device: a hung one would hold the
 * thread that asks for ever.
 * @param properties what udev found on it, from the newest event or from udev's database
 */
export async function observeDisk(
  system: System,
  flags: Flags,
  kernelName: string,
  properties: Properties,
  occasion: Occasion,
): Promise<DiskFacts> {
  const mounts = await observeMounts(system);
  const attached = await observeAttached(system, kernelName, properties, mounts);
  const taken = await observeTakenNames(system, attached?.uuid);
  const path = chooseMountPoint(nameOf(kernelName, attached), mounts, flags.CONFIG_DISK_ROOT, taken);
  return {
    kernelName,
    attached,
    occasion,
    records: await readDiskRecords(system),
    mounts,
    reservedName: taken.own,
    mountPoint: { path, state: await observeFolder(system, path) },
    hooks: await observeHooks(system, flags.GANDI_HOOK_DIR),
  };
}

async function observeAttached(
  system: System,
  name: string,
  properties: Properties,
  mounts: readonly Mount[],
): Promise<AttachedDisk | undefined> {
  const family = await observeDiskOf(system, name);
  const device = family.find((each) => each.name === name);
  if (device === undefined || !describes(properties, device)) return undefined;
  const disk = family.find((each) => each.name === device.parent) ?? device;
  const claim = findClaim(parseFstab((await system.files.read('/etc/fstab')) ?? ''), properties);
  return {
    device,
    wholeDisk: disk.path,
    isDataDisk: properties.GANDI_DATA_DISK === '1',
    fileSystem: properties.ID_FS_TYPE || undefined,
    usage: properties.ID_FS_USAGE || undefined,
    isAmbivalent: properties.ID_FS_AMBIVALENT !== undefined,
    encodedLabel: properties.ID_FS_LABEL_ENC || undefined,
    uuid: properties.ID_FS_UUID || undefined,
    serial: properties.ID_SERIAL_SHORT || device.serial || undefined,
    fileSystemBytes: fileSystemBytes(properties),
    isSystemDisk: isSystemDisk(family, mounts, await observeSwaps(system)),
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

/** udev-builtin-blkid gives both from systemd 254 on, with util-linux 2.39. */
function fileSystemBytes({ ID_FS_LASTBLOCK, ID_FS_BLOCKSIZE }: Properties): number | undefined {
  const bytes = Number(ID_FS_LASTBLOCK || Number.NaN) * Number(ID_FS_BLOCKSIZE || Number.NaN);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A partition without a label is called after its disk: `<serial>-part1`. */
function nameOf(kernelName: string, attached: AttachedDisk | undefined): NamedDisk {
  if (attached === undefined) return { kernelName };
  const { encodedLabel, serial, device } = attached;
  if (device.partition === null) return { encodedLabel, serial, kernelName };
  const suffix = `-part${device.partition.number}`;
  return {
    encodedLabel,
    serial: serial === undefined ? undefined : `${serial}${suffix}`,
    kernelName: `${device.parent ?? kernelName}${suffix}`,
  };
}

/** A name is somebody else's only while that file system is attached: a disk that never comes back keeps nothing. */
async function observeTakenNames(system: System, uuid: string | undefined): Promise<TakenNames> {
  const names = await readDiskNames(system);
  const attached = new Set(await system.files.list('/dev/disk/by-uuid'));
  const others = [...names].filter(([other]) => other !== uuid && attached.has(other)).map(([, name]) => name);
  return { own: uuid === undefined ? undefined : names.get(uuid), others: new Set(others) };
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
