import { type BlockDevice, observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { observeUdevProperties, type UdevProperties } from '../../core/block-device/udev-properties.ts';
import type { System } from '../../core/system/system.ts';
import { observeUdevRules, type UdevRules } from '../facts/udev-rules.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { AttachedDisk } from './disk-facts.ts';
import { kindOfMember } from '../stack/layer-kind.ts';
import { isLayered } from '../stack/stack.ts';
import { describeDisk, type ListedDisk } from './describe-disk.ts';
import { diskState } from './disk-state.ts';
import { observeDisk } from './observe-disk.ts';
import { platformOf } from './platforms.ts';

/**
 * Every disk of the machine and its partitions, with what each is to the agent: also those that no rule marks. Partitions of the
 * disk that the system runs from are left out, as are loop devices, CD-ROMs and, unless CONFIG_LAYERS names any, what software
 * makes of disks (LVM, md, LUKS).
 */
export async function listDisks(system: System, flags: Flags): Promise<ListedDisk[]> {
  const rules = await observeUdevRules(system);
  const disks: ListedDisk[] = [];
  // One after the other: with hundreds of disks, as many processes at once would be felt.
  for (const device of await observeBlockDevices(system, true)) {
    if (!isHardware(device) && !(flags.CONFIG_LAYERS.length > 0 && isLayered(device.name))) continue;
    const disk = await lookAt(device, rules, system, flags);
    // Without a capacity it is a card reader with no card, or a data disk that the kernel has misread.
    if (disk.sizeBytes > 0 || disk.isMarked) disks.push(disk);
  }
  const systemDisks = new Set(disks.filter(({ code }) => code === 'system-disk').map(({ device }) => device));
  return disks.filter(({ parent, isMarked }) => isMarked || parent === null || !systemDisks.has(parent));
}

/** One device, as a list has it. */
export async function lookAt(
  { name, path }: Pick<BlockDevice, 'name' | 'path'>,
  rules: UdevRules | undefined,
  system: System,
  flags: Flags,
): Promise<ListedDisk> {
  const properties = await observeUdevProperties(system, path);
  const facts = await observeDisk(system, flags, name, properties, 'asked');
  const state = diskState(facts, flags, rules);
  const looksLike = facts.attached?.isDataDisk ? undefined : platformOf(name, properties);
  return describeDisk(facts, state, {
    looksLike,
    platforms: flags.CONFIG_DATA_DISKS,
    model: modelOf(properties),
    isInStack: isInStack(facts.attached, flags),
    growsPartitions: flags.CONFIG_GROW_PARTITION,
    space: await observeSpace(system, state),
  });
}

function isInStack(disk: AttachedDisk | undefined, { CONFIG_LAYERS }: Flags): boolean {
  const layer = kindOfMember(disk?.fileSystem);
  if (disk === undefined || layer === undefined) return false;
  return disk.isDataDisk && disk.device.holders.length > 0 && CONFIG_LAYERS.includes(layer);
}

/** The names that the rules pass over are those of devices without hardware of their own. */
function isHardware({ name, bus, isCdRom }: BlockDevice): boolean {
  return bus !== 'loop' && !isCdRom && !/^(?:ram|zram|dm-|md|fd|sr|nbd)\d/.test(name);
}

function modelOf({ ID_VENDOR, ID_MODEL }: UdevProperties): string | null {
  return [ID_VENDOR, ID_MODEL].filter((word) => word).join(' ') || null;
}

const maximalMilliseconds = 1000;

/** A file system whose disk hangs may never answer. */
async function observeSpace(
  { files }: System,
  state: ReturnType<typeof diskState>,
): Promise<{ readonly totalBytes: number; readonly usedBytes: number } | undefined> {
  if (state.kind !== 'mounted') return undefined;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), maximalMilliseconds);
  });
  try {
    return await Promise.race([files.space(state.mountPoint).catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
