import { seededRandom } from '../unit/agent/sources/seeded-random.ts';
import type { FileDoor, Fault, ToolFault } from './agent-process.ts';
import type { AssignmentSpec } from './assignments.ts';
import type { ContentSpec, DiskSpec } from './disk.ts';
import type { LayerKind, StackSpec } from './stack.ts';
import type { Delivery } from './udev.ts';

/** Something that happens to the machine and that the agent does not do. `disk` and `part` may name what is not there: then nothing happens. */
export type Happening =
  | {
      readonly do:
        | 'attach'
        | 'pull'
        | 'build-on'
        | 'map'
        | 'take-down'
        | 'lock'
        | 'unlock'
        | 'wipe'
        | 'open-stack'
        | 'close-stack';
      readonly disk: number;
    }
  /** It comes, goes and comes again at once, and udev tells late that it went. */
  | { readonly do: 'flicker'; readonly disk: number; readonly scenes: number }
  | { readonly do: 'resize'; readonly disk: number; readonly mebibytes: number }
  | { readonly do: 'deliver'; readonly next: readonly Delivery[] }
  | { readonly do: 'replay' | 'restart-udevd' | 'recover' | 'kill' }
  | { readonly do: 'mount' | 'unmount' | 'open' | 'close' | 'write'; readonly disk: number; readonly part: number }
  | { readonly do: 'format'; readonly disk: number; readonly type: string; readonly label: string }
  /** `isAway`: only while it is not attached. */
  | {
      readonly do: 'relabel';
      readonly disk: number;
      readonly part: number;
      readonly label: string;
      readonly isAway: boolean;
    }
  | { readonly do: 'claim'; readonly disk: number; readonly part: number; readonly by: ClaimKind }
  | { readonly do: 'clear-fstab' }
  | { readonly do: 'make-folder' | 'put-file' | 'remove-folder'; readonly name: string; readonly isOfOthers: boolean }
  | { readonly do: 'detach'; readonly disk: number; readonly force: boolean }
  /** `ofTop`: what lies on it is named, where something does. */
  | { readonly do: 'ask'; readonly disk: number; readonly ofTop?: boolean }
  | { readonly do: 'fault'; readonly fault: Fault }
  /** An admin writes a file below /etc/gandi/disks.d, in the place of the one with its number. */
  | ({ readonly do: 'assign'; readonly slot: number } & Omit<AssignmentSpec, 'disk'> & { readonly of: number })
  | { readonly do: 'unassign'; readonly slot: number }
  | { readonly do: 'cut-power'; readonly lost: number; readonly order: number };

export type ClaimKind = 'UUID' | 'LABEL' | 'path' | 'by-id' | 'ID';

/** What happens before a run of the agent, and while it runs: before the touch of a door with that number. */
export interface Scene {
  readonly before: readonly Happening[];
  readonly during: readonly { readonly touch: number; readonly what: Happening }[];
}

export interface History {
  readonly seed: number;
  /** What it is about: `calm` has no faults and no admin, so that every disk's place can be foretold. */
  readonly kind: HistoryKind;
  readonly flags: string;
  readonly disks: readonly DiskSpec[];
  /** What is built on them. */
  readonly stacks: readonly StackSpec[];
  readonly scenes: readonly Scene[];
}

export type HistoryKind = (typeof kinds)[number];

const kinds = ['calm', 'admin', 'faults', 'events', 'everything', 'layers', 'assigned', 'assigned-layers'] as const;
/** A history of layers takes twice the time of another, so there are half as many. */
const drawn = [
  ...['calm', 'admin', 'faults', 'events', 'everything', 'layers', 'assigned'],
  ...['calm', 'admin', 'faults', 'events', 'everything', 'assigned'],
] as readonly HistoryKind[];
const labels = ['data', 'web', 'data_2', '', 'sdc', 'data', 'serial-2-part1'] as const;
const types = ['ext4', 'ext4', 'ext4', 'xfs', 'btrfs', 'vfat', 'zfs'] as const;
const folders = ['data', 'web', 'data_2', 'serial-1', 'sdb'] as const;
const assignedPaths = ['/opt/a', '/opt/a', '/opt/b', '/opt/a/in', '/srv/data'] as const;
const layerFlags = ['luks lvm md', 'luks lvm md', 'luks lvm md multipath', 'lvm', 'luks', 'md lvm'] as const;
const mostTouches = 500;

/** The history of a seed: always the same. */
export function historyOf(seed: number): History {
  const random = seededRandom(seed);
  const dice = new Dice(random);
  // Not drawn with the others, whose seeds are still the histories that they were.
  if (seed % 16 === 5) return assignedLayersOf(dice, seed);
  const kind = dice.pick(drawn);
  const disks = Array.from({ length: 1 + dice.below(4) }, (_, index) => diskOf(dice, kind, index));
  const stacks = kind === 'layers' ? stacksOf(dice, disks) : [];
  const scenes = Array.from({ length: 2 + dice.below(5) }, () => sceneOf(dice, kind, disks.length));
  return { seed, kind, flags: flagsOf(dice, kind), disks, stacks, scenes };
}

/** Stacks on two disks or more, and a file below /etc/gandi/disks.d from the beginning. */
function assignedLayersOf(dice: Dice, seed: number): History {
  const kind = 'assigned-layers';
  const drawnDisks = Array.from({ length: 2 + dice.below(3) }, (_, index) => diskOf(dice, kind, index));
  const disks = dice.chance(0.3) ? [...drawnDisks, ...originalAndCopyOf(dice, drawnDisks.length + 1)] : drawnDisks;
  const stacks = assignedStacksOf(dice, drawnDisks);
  const [first, ...later] = Array.from({ length: 3 + dice.below(4) }, () => sceneOf(dice, kind, disks.length));
  const files = Array.from({ length: 1 + dice.below(2) }, () => assignmentOf(dice, disks.length));
  if (disks.length > drawnDisks.length) files.push(...originalAssignedOf(dice, disks.length - 1));
  const scenes = first === undefined ? [] : [{ ...first, before: [...files, ...first.before] }, ...later];
  return { seed, kind, flags: flagsOf(dice, kind), disks, stacks, scenes };
}

/** A file for the original, and the original before its copy: so it is known. */
function originalAssignedOf(dice: Dice, original: number): Happening[] {
  if (dice.chance(0.5)) return [];
  const by = dice.pick(['UUID', 'LABEL'] as const);
  const file = {
    do: 'assign',
    slot: 3,
    of: original,
    by,
    path: '/opt/c',
    isReadOnly: false,
    isMistaken: false,
  } as const;
  return [file, { do: 'attach', disk: original }];
}

/** A disk with a file system, and a copy of it to the last byte, as a platform makes a snapshot. @param at the number of the first */
function originalAndCopyOf(dice: Dice, at: number): DiskSpec[] {
  const content = {
    kind: 'file-system',
    type: dice.pick(['xfs', 'ext4']),
    label: dice.pick(labels),
    cloneOf: at,
  } as const;
  const disk: DiskSpec = { bus: 'scsi', isData: true, readOnly: false, mebibytes: 16, content };
  return [disk, disk];
}

class Dice {
  readonly #random: () => number;
  constructor(random: () => number) {
    this.#random = random;
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }
}

function flagsOf(dice: Dice, kind: HistoryKind): string {
  const lines = ['CONFIG_HOTPLUG_LINGER=0', 'CONFIG_DISK_ROOT=/srv'];
  if (kind === 'calm') return `${lines.join('\n')}\n`;
  if (kind === 'layers' && dice.chance(0.9)) lines.push(`CONFIG_LAYERS="${dice.pick(layerFlags)}"`);
  if (kind === 'assigned-layers') {
    lines.push(`CONFIG_LAYERS="${dice.pick(['luks lvm md', 'luks lvm md', 'luks lvm md', 'luks', 'lvm md'])}"`);
    if (dice.chance(0.3)) lines.push('CONFIG_SNAPSHOTS=1');
  }
  if (dice.chance(0.3)) lines.push(`CONFIG_FORMAT_BLANK=${dice.pick(['ext4', 'ext4', 'btrfs'])}`);
  if (dice.chance(0.1)) lines.push('CONFIG_ALLOW_MOUNT=0');
  if (dice.chance(0.1)) lines.push('CONFIG_GROW=0');
  if (dice.chance(0.2)) lines.push('CONFIG_FSCK=1');
  if (dice.chance(0.3)) lines.push('CONFIG_MOUNT_PARAMS=rw,suid');
  if (dice.chance(0.2)) lines.push('CONFIG_NEW_DISK_OWNER="0:1001 0775"');
  return `${lines.join('\n')}\n`;
}

function diskOf(dice: Dice, kind: HistoryKind, index: number): DiskSpec {
  const fileSystem = (type: string, cloneOf: number | null): ContentSpec => ({
    kind: 'file-system',
    type,
    label: dice.pick(labels),
    cloneOf,
  });
  if (kind === 'calm') {
    const label = dice.pick(['data', 'web', 'data_2']);
    const content: ContentSpec = { kind: 'file-system', type: 'ext4', label, cloneOf: null };
    return { bus: 'scsi', isData: true, readOnly: false, mebibytes: 32, content };
  }
  const contents: readonly (() => ContentSpec)[] = [
    () => fileSystem(dice.pick(types), null),
    () => fileSystem(dice.pick(types), null),
    () => fileSystem(dice.pick(types), null),
    () => fileSystem('xfs', Math.max(1, dice.below(index + 1))),
    () => ({ kind: dice.pick(['blank', 'blank', 'bytes', 'lvm', 'luks', 'ambivalent']) }),
    () => ({ kind: dice.pick(['blank', 'bytes']) }),
    () => ({ kind: 'table', labels: [dice.pick(labels), dice.pick(labels)] }),
  ];
  const content = dice.pick(contents)();
  // The name of a disk of Xen is free while something lies on it still.
  const bus = hasLayers(kind) ? 'scsi' : dice.pick(['scsi', 'scsi', 'xen'] as const);
  return {
    bus,
    isPath: kind === 'layers' && dice.chance(0.05),
    isData: dice.chance(0.92),
    readOnly: dice.chance(0.07),
    mebibytes: 16 + dice.below(4) * 4,
    content,
  };
}

function hasLayers(kind: HistoryKind): boolean {
  return kind === 'layers' || kind === 'assigned-layers';
}

/** One or two, on disks or on partitions of them, and a copy of one on a disk of its own. */
function assignedStacksOf(dice: Dice, disks: readonly DiskSpec[]): StackSpec[] {
  const free = disks.map((_, at) => at + 1);
  const stacks: StackSpec[] = [];
  const most = 1 + dice.below(2);
  while (free.length > 0 && stacks.length < most) {
    const bottom = dice.pick(['luks', 'luks', 'lvm', 'lvm', 'md'] as const);
    const members = { luks: 1, lvm: 1 + dice.below(2), md: 2 }[bottom];
    const upper = dice.pick<readonly LayerKind[]>([[], [], [], ['lvm'], ['luks']]);
    if (members > free.length) break;
    const own = free.splice(0, members);
    const part = own.every((each) => disks[each - 1]?.content.kind === 'table') ? 1 + dice.below(2) : 0;
    const isUsable = part > 0 || own.every((each) => disks[each - 1]?.content.kind !== 'table');
    if (!isUsable) continue;
    const stack = { layers: [bottom, ...upper], disks: own, part, label: dice.pick(labels), hasKey: dice.chance(0.95) };
    stacks.push(stack);
    const [copy] = free;
    const isCopied = stack.layers.length === 1 && bottom === 'luks' && part === 0 && copy !== undefined;
    if (!isCopied || disks[copy - 1]?.content.kind === 'table' || !dice.chance(0.5)) continue;
    stacks.push({ ...stack, disks: free.splice(0, 1), copyOf: stacks.length });
  }
  return stacks;
}

/** One or two, on disks that nothing else was said of. */
function stacksOf(dice: Dice, disks: readonly DiskSpec[]): StackSpec[] {
  const free = disks.flatMap(({ content }, at) => (content.kind === 'table' ? [] : [at + 1]));
  const stacks: StackSpec[] = [];
  while (free.length > 0 && stacks.length < 2) {
    const bottom = dice.pick(['luks', 'lvm', 'lvm', 'md'] as const);
    const members = { luks: 1, lvm: 1 + dice.below(2), md: 2 }[bottom];
    const upper = dice.pick<readonly LayerKind[]>([[], [], ['lvm'], ['luks'], ['luks', 'lvm'], ['lvm', 'luks']]);
    if (members > free.length) break;
    stacks.push({
      layers: [bottom, ...upper],
      disks: free.splice(0, members),
      label: dice.pick(labels),
      hasKey: dice.chance(0.85),
    });
  }
  return stacks;
}

function sceneOf(dice: Dice, kind: HistoryKind, disks: number): Scene {
  const choose = happeningsOf(dice, kind, disks);
  if (kind === 'calm') return { before: [choose()], during: [] };
  const before = Array.from({ length: 1 + dice.below(4) }, choose);
  const during = Array.from({ length: dice.below(3) }, () => ({ touch: 1 + dice.below(mostTouches), what: choose() }));
  return { before, during };
}

/** By all that a disk or a file system can be named by. */
function assignmentOf(dice: Dice, disks: number): Happening {
  return {
    do: 'assign',
    slot: dice.below(3),
    of: 1 + dice.below(disks),
    by: dice.pick(['SERIAL', 'SERIAL', 'WWN', 'UUID', 'UUID', 'LABEL'] as const),
    path: dice.pick(assignedPaths),
    isReadOnly: dice.chance(0.4),
    isMistaken: dice.chance(0.08),
  };
}

/** Draws what happens next, as often as each thing is worth it. */
function happeningsOf(dice: Dice, kind: HistoryKind, disks: number): () => Happening {
  const disk = () => 1 + dice.below(disks);
  const part = () => dice.below(3);
  const platform: (() => Happening)[] = [
    () => ({ do: 'attach', disk: disk() }),
    () => ({ do: 'attach', disk: disk() }),
    () => ({ do: 'attach', disk: disk() }),
    () => ({ do: 'pull', disk: disk() }),
    () => ({ do: 'resize', disk: disk(), mebibytes: 4 * (1 + dice.below(4)) }),
    () => ({ do: 'replay' }),
  ];
  const calm: (() => Happening)[] = [
    () => ({ do: 'relabel', disk: disk(), part: 0, label: dice.pick(['data', 'web', 'data_2']), isAway: true }),
    () => ({ do: 'cut-power', lost: 0, order: 0 }),
  ];
  const named = () => ({ name: dice.pick(folders), isOfOthers: dice.chance(0.3) });
  const admin: (() => Happening)[] = [
    () => ({
      do: dice.pick(['mount', 'unmount', 'unmount', 'open', 'close', 'write', 'write'] as const),
      disk: disk(),
      part: part(),
    }),
    () => ({ do: dice.pick(['build-on', 'map', 'take-down', 'lock', 'unlock', 'wipe'] as const), disk: disk() }),
    () => ({ do: 'format', disk: disk(), type: dice.pick(types), label: dice.pick(labels) }),
    () => ({ do: 'relabel', disk: disk(), part: part(), label: dice.pick(labels), isAway: false }),
    () => ({
      do: 'claim',
      disk: disk(),
      part: dice.pick([0, 0, 1, 2]),
      by: dice.pick(['UUID', 'LABEL', 'path', 'by-id', 'ID'] as const),
    }),
    () => ({ do: 'clear-fstab' }),
    () => ({ do: dice.pick(['make-folder', 'put-file', 'remove-folder'] as const), ...named() }),
    () => ({ do: 'detach', disk: disk(), force: dice.chance(0.2) }),
    () => ({ do: 'detach', disk: disk(), force: false }),
    () => ({ do: 'ask', disk: disk() }),
  ];
  const tool = () =>
    dice.pick([
      'mount',
      'mount',
      'umount',
      'remove-mount-point',
      'mkfs',
      'resize2fs',
      'wipefs',
      'blkid',
      'udevadm',
      'hook',
      'flock',
      'e2fsck',
    ]);
  const how = (): ToolFault => dice.pick(['fails', 'does-and-fails', 'lies', 'hangs']);
  const door = (): FileDoor => dice.pick(['read', 'list', 'replace', 'append', 'makeMountPoint', 'remove']);
  const toolFault = (): Happening => {
    const name = tool();
    // What resize2fs says is believed: nobody looks how large the file system is now.
    const fault = {
      at: 'tool',
      tool: name,
      how: name === 'resize2fs' ? 'fails' : how(),
      left: 1 + dice.below(3),
    } as const;
    return { do: 'fault', fault };
  };
  const faults: (() => Happening)[] = [
    () => toolFault(),
    () => ({
      do: 'fault',
      fault: { at: 'file', door: door(), code: dice.pick(['EIO', 'ENOSPC', 'EROFS']), left: 1 + dice.below(4) },
    }),
    () => ({ do: 'kill' }),
    () => ({ do: 'kill' }),
    () => ({ do: 'cut-power', lost: dice.below(2 ** 20), order: dice.below(24) }),
    () => ({ do: 'recover' }),
  ];
  const delivery = (): Delivery =>
    dice.pick([
      { kind: 'lost' },
      { kind: 'doubled' },
      { kind: 'at-once' },
      { kind: 'late', scenes: 1 + dice.below(3) },
    ] as const);
  const events: (() => Happening)[] = [
    () => ({ do: 'deliver', next: Array.from({ length: 1 + dice.below(3) }, delivery) }),
    () => ({ do: 'restart-udevd' }),
    () => ({ do: 'flicker', disk: disk(), scenes: 1 + dice.below(2) }),
    () => ({ do: 'replay' }),
  ];
  const stacks: (() => Happening)[] = [
    () => ({ do: dice.pick(['open-stack', 'close-stack'] as const), disk: disk() }),
    () => ({ do: 'detach', disk: disk(), force: false }),
    () => ({ do: 'ask', disk: disk() }),
    () => ({ do: dice.pick(['mount', 'unmount', 'open', 'close', 'write'] as const), disk: disk(), part: part() }),
    () => ({ do: 'write', disk: disk(), part: 1 + dice.below(2) }),
  ];
  const assignments: (() => Happening)[] = [
    () => ({
      do: 'assign',
      slot: dice.below(3),
      of: disk(),
      by: dice.pick(['SERIAL', 'SERIAL', 'UUID'] as const),
      path: dice.pick(assignedPaths),
      isReadOnly: dice.chance(0.3),
      isMistaken: dice.chance(0.1),
    }),
    () => ({ do: 'unassign', slot: dice.below(3) }),
  ];
  const atPaths: (() => Happening)[] = [
    () => ({
      do: dice.pick(['make-folder', 'put-file', 'put-file', 'remove-folder'] as const),
      name: dice.pick(['/opt/a', '/opt/b', '/opt/a/in', 'data']),
      isOfOthers: dice.chance(0.2),
    }),
    () => ({ do: dice.pick(['mount', 'unmount', 'open', 'close', 'write'] as const), disk: disk(), part: 0 }),
    () => ({ do: 'detach', disk: disk(), force: dice.chance(0.2) }),
    () => ({ do: 'ask', disk: disk() }),
    () => ({ do: 'kill' }),
    () => ({ do: 'cut-power', lost: dice.below(2 ** 20), order: dice.below(24) }),
  ];
  const assignedStacks: (() => Happening)[] = [
    () => assignmentOf(dice, disks),
    () => assignmentOf(dice, disks),
    () => ({ do: 'unassign', slot: dice.below(3) }),
    () => ({ do: 'ask', disk: disk(), ofTop: dice.chance(0.6) }),
    () => ({ do: 'detach', disk: disk(), force: dice.chance(0.2) }),
    () => ({ do: dice.pick(['open-stack', 'close-stack'] as const), disk: disk() }),
    () => ({
      do: dice.pick(['mount', 'unmount', 'open', 'close', 'write', 'write'] as const),
      disk: disk(),
      part: dice.below(5),
    }),
  ];
  const groups: Readonly<Record<HistoryKind, readonly (() => Happening)[][]>> = {
    calm: [platform, platform, calm],
    admin: [platform, admin],
    faults: [platform, platform, faults],
    events: [platform, events],
    layers: [platform, platform, stacks],
    assigned: [platform, platform, assignments, assignments, atPaths],
    'assigned-layers': [platform, platform, assignedStacks, assignedStacks, atPaths],
    everything: [platform, platform, admin, faults, events],
  };
  return () => dice.pick(dice.pick(groups[kind]))();
}
