import { basename } from 'node:path';
import { observeBlockDevices } from '../../core/block-device/block-devices.ts';
import type { Mount } from '../../core/block-device/mounts.ts';
import { observeUdevProperties } from '../../core/block-device/udev-properties.ts';
import { AgentError } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import { type Assignments, noAssignments } from '../assignment/assignment.ts';
import type { LayerName } from '../flags/layer-names.ts';
import { kindOfMember } from '../stack/layer-kind.ts';
import { observeKeyFile } from '../stack/key-file.ts';
import { mapperNameOf } from '../stack/luks-container.ts';
import { parseTokens, tokensReport } from '../stack/luks-tokens.ts';
import { parseVolumeReport, type ReportedVolume, volumeReport } from '../stack/lvm-report.ts';
import { parseArrayReport } from '../stack/md-report.ts';
import type { ArrayMember, ContainerMember, Member, VolumeGroup, VolumeMember } from '../stack/member.ts';
import type { SeenDisk } from './observe-attached.ts';
import { type Ground, observeGround } from './observe-stack.ts';
import { readAssignments } from './read-assignments.ts';

// A disk that hangs keeps them waiting, and they look at all disks.
const toolSeconds = 30;

const nowhere = { isOurs: false, isReadOnly: false, keptBy: undefined };

type Properties = Readonly<Record<string, string>>;

/**
 * What a data disk is a part of, where CONFIG_LAYERS names that and nothing is built on it yet. Starts a process only then.
 * @returns undefined for any other device
 */
export async function observeMember(
  system: System,
  allowed: readonly LayerName[],
  seen: SeenDisk | undefined,
  properties: Properties,
  mounts: readonly Mount[],
): Promise<Member | undefined> {
  const kind = kindOfMember(seen?.fileSystem);
  if (seen === undefined || kind === undefined || !allowed.includes(kind)) return undefined;
  if (!seen.isDataDisk || seen.isSystemDisk || seen.device.holders.length > 0) return undefined;
  return observeMemberOf(system, kind, seen, properties, mounts);
}

/** The same of a device that may bear something already. */
export async function observeMemberOf(
  system: System,
  kind: Member['kind'],
  seen: SeenDisk,
  properties: Properties,
  mounts: readonly Mount[],
): Promise<Member> {
  const { path } = seen.device;
  const others = await observeCarriers(system, seen);
  switch (kind) {
    case 'lvm':
      return observeVolume(system, path, others, mounts);
    case 'luks':
      return observeContainer(system, properties, seen, others);
    case 'md':
      return observeArrayMember(system, path, others, mounts);
  }
}

/** Other devices that udev found the same type and UUID on. */
async function observeCarriers(system: System, { device, fileSystem, uuid }: SeenDisk): Promise<string[]> {
  const carriers: string[] = [];
  for (const { path } of await observeBlockDevices(system)) {
    if (path === device.path) continue;
    const { ID_FS_TYPE, ID_FS_UUID } = await observeUdevProperties(system, path);
    if (ID_FS_TYPE === fileSystem && ID_FS_UUID === uuid) carriers.push(path);
  }
  return carriers;
}

async function observeVolume(
  system: System,
  path: string,
  twins: readonly string[],
  mounts: readonly Mount[],
): Promise<VolumeMember> {
  const text = await ask(system, 'lvm', volumeReport);
  const listed = text === undefined ? [] : parseVolumeReport(text);
  const own = listed[(await namesOfVolumes(system, listed)).indexOf(basename(path))];
  const group =
    own === undefined || own.vg_uuid === ''
      ? undefined
      : await observeGroup(system, own, listed, basename(path), mounts);
  return { kind: 'lvm', twins, isToolMissing: text === undefined, group };
}

/** The group of one physical volume, as LVM lists all of them. */
async function observeGroup(
  system: System,
  { vg_name, vg_uuid, vg_exported, vg_shared, vg_systemid }: ReportedVolume,
  listed: readonly ReportedVolume[],
  own: string,
  mounts: readonly Mount[],
): Promise<VolumeGroup> {
  const assignments = await readAssignments(system);
  const volumes = listed
    .filter((each) => each.vg_uuid === vg_uuid)
    .map(async ({ pv_name, pv_missing, pv_used }) => {
      const path = pv_missing === '' && pv_name.startsWith('/dev/') ? pv_name : null;
      const place = path === null ? undefined : await kernelNameOf(system, path);
      const ground = place === undefined ? nowhere : await groundOf(system, place, own, mounts, assignments);
      return { path, ...ground, isUsed: Number(pv_used) > 0 };
    });
  return {
    name: vg_name,
    uuid: vg_uuid,
    volumes: await Promise.all(volumes),
    isOfOthers: vg_exported !== '' || vg_shared !== '' || vg_systemid !== '',
    hasNamesake: listed.some((each) => each.vg_name === vg_name && each.vg_uuid !== vg_uuid),
  };
}

/** What is said of the disk that is looked at is asked of it anyway, with a row of its own for what that means. */
async function groundOf(
  system: System,
  name: string,
  own: string,
  mounts: readonly Mount[],
  assignments: Assignments,
): Promise<Ground> {
  return observeGround(system, name, mounts, name === own ? noAssignments : assignments);
}

/** Kernel names of the devices of physical volumes, in their order. */
export async function namesOfVolumes(system: System, listed: readonly ReportedVolume[]): Promise<string[]> {
  return Promise.all(listed.map(({ pv_name }) => kernelNameOf(system, pv_name)));
}

/** LVM calls a mapping by its name below /dev/mapper, which is a link. */
async function kernelNameOf({ files }: System, path: string): Promise<string> {
  return basename((await files.linkTarget(path)) ?? path);
}

async function observeContainer(
  system: System,
  { ID_FS_VERSION }: Properties,
  seen: SeenDisk,
  twins: readonly string[],
): Promise<ContainerMember> {
  const { uuid = '' } = seen;
  const isNameTaken = (await system.files.status(`/dev/mapper/${mapperNameOf(uuid)}`)) !== undefined;
  // 1: of another version, 4: it is gone.
  const header = await ask(system, 'cryptsetup', tokensReport(seen.device.path), [1, 4]);
  const key = await observeKeyFile(system, uuid);
  const tokens = parseTokens(header ?? '');
  return { kind: 'luks', twins, isToolMissing: header === undefined, version: ID_FS_VERSION, key, tokens, isNameTaken };
}

/** Its members carry one UUID, and mdadm(8) tells two copies of one member apart itself. */
async function observeArrayMember(
  system: System,
  path: string,
  others: readonly string[],
  mounts: readonly Mount[],
): Promise<ArrayMember> {
  const text = await ask(system, 'mdadm', ['--examine', '--export', path], [1]);
  const assignments = await readAssignments(system);
  const present = await Promise.all(
    [path, ...others].map(async (each) => ({
      path: each,
      ...(await groundOf(system, basename(each), basename(path), mounts, assignments)),
    })),
  );
  return { kind: 'md', twins: [], isToolMissing: text === undefined, ...parseArrayReport(text ?? ''), present };
}

/** @returns undefined where the tool is not installed */
async function ask(
  system: System,
  tool: string,
  args: readonly string[],
  acceptExitCodes: readonly number[] = [],
): Promise<string | undefined> {
  try {
    return (await system.processes.run(tool, args, { timeoutSeconds: toolSeconds, acceptExitCodes })).stdout;
  } catch (error) {
    if (error instanceof AgentError && error.code === 'process.missing') return undefined;
    throw error;
  }
}
