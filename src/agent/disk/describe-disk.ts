import { z } from 'zod';
import { detachedSchema } from './detach-answer.ts';
import { isMountedFrom } from '../../core/block-device/mounts.ts';
import { dataDiskWords, platformNames, type PlatformName } from '../flags/platforms.ts';
import type { AttachedDisk, DiskFacts } from './disk-facts.ts';
import { type DiskState, recordOfDisk } from './disk-state.ts';
import { smallestGrowth } from './root-growth.ts';
import { decodeUdev } from './mount-name.ts';
import { nextStep, sentenceOf, shortState } from './state-words.ts';

const stateKinds = [
  'gone',
  'mounted',
  'hidden',
  'on-demand',
  'not-served',
  'detached',
  'unmounted',
  'swap',
  'left-alone',
  'not-handed-over',
  'ready',
] as const satisfies readonly DiskState['kind'][];

/** One disk or partition, in `disk list --json`, `disk explain --json` and `status --json`. */
export const listedDiskSchema = z
  .object({
    device: z.string().describe('path of the block device, `/dev/sdb`'),
    parent: z.string().nullable().describe('of a partition: its disk'),
    diskSequence: z.number().nullable().describe('DISKSEQ: new for each attachment of a disk'),
    sizeBytes: z.number().describe('of the device; 0 if it is gone'),
    usedBytes: z.number().nullable().describe('of the file system, while it is mounted'),
    totalBytes: z.number().nullable().describe('of the file system, while it is mounted'),
    unusedBytes: z
      .number()
      .nullable()
      .default(null)
      .describe('of a mounted partition: what lies behind it on its disk, and CONFIG_GROW_PARTITION=1 would give it'),
    fileSystem: z.string().nullable(),
    label: z.string().nullable(),
    uuid: z.string().nullable().describe('of the file system'),
    serial: z.string().nullable().describe('what the platform set for the disk'),
    model: z.string().nullable().describe('vendor and model, as udev has them'),
    isMarked: z.boolean().describe('a udev rule marks it as a data disk'),
    markedBy: z
      .string()
      .nullable()
      .describe(
        `the word of CONFIG_DATA_DISKS by which it is marked (${dataDiskWords.join(', ')}); null for another rule`,
      ),
    looksLike: z
      .enum(platformNames)
      .nullable()
      .describe('where no rule marks it: the word of CONFIG_DATA_DISKS that would'),
    mountPoint: z.string().nullable().describe('where it is mounted, no matter by whom'),
    assignments: z
      .array(
        z.object({
          file: z.string().describe('`/etc/gandi/disks.d/NAME.conf`'),
          path: z.string(),
          isReadOnly: z.boolean().describe('not one byte of the disk changes'),
        }),
      )
      .describe('files that assign it to a path, from its next attachment on; with more than one it is left alone'),
    isMountedByAgent: z.boolean(),
    isInStack: z
      .boolean()
      .default(false)
      .describe('what CONFIG_LAYERS names is built on it: that is mounted, and not the disk itself'),
    state: z.enum(stateKinds).describe('what it is to the agent now'),
    code: z
      .string()
      .nullable()
      .describe('of `left-alone`: which row of docs/decisions/data-disk.md or disk-assignment.md'),
    summary: z.string().describe('the state in a few words'),
    note: z.string().describe('the state and why, for people; the end of a sentence that begins with `/dev/sdb is`'),
    next: z.string().nullable().describe('what to do about it, one sentence for people'),
  })
  .describe('one disk or partition');

export type ListedDisk = z.infer<typeof listedDiskSchema>;

/** What `gandi-agent disk list --json` prints. */
export const diskListSchema = z
  .object({ version: z.literal(1), disks: z.array(listedDiskSchema) })
  .describe('every disk of the machine');

/** What `gandi-agent disk explain --json` prints. */
export const diskPageSchema = z
  .object({
    version: z.literal(1),
    disk: listedDiskSchema.nullable().describe('null where it was detached and the kernel has let go of it'),
    detached: detachedSchema.nullable().default(null).describe('null unless it was detached'),
    done: z.array(z.string()).describe('what was done with it in this boot, oldest first, for people'),
    users: z.array(z.string()).describe('programs that use it, `sleep (1893)`; all of them for root only'),
  })
  .describe('one disk');

/** What is seen of a disk beside what is decided by. */
export interface Seen {
  readonly looksLike: PlatformName | undefined;
  /** CONFIG_DATA_DISKS as it is in force. */
  readonly platforms: readonly string[];
  readonly model: string | null;
  readonly isInStack: boolean;
  /** CONFIG_GROW_PARTITION as it is in force. */
  readonly growsPartitions: boolean;
  readonly space: { readonly totalBytes: number; readonly usedBytes: number } | undefined;
}

export function describeDisk(
  facts: DiskFacts,
  state: DiskState,
  { looksLike, platforms, model, space, isInStack, growsPartitions }: Seen,
): ListedDisk {
  const { attached, kernelName } = facts;
  const identity = attached === undefined ? { ...nothing, device: `/dev/${kernelName}` } : identityOf(attached);
  const told = { device: identity.device, fileSystem: identity.fileSystem, looksLike, platforms };
  return {
    ...identity,
    usedBytes: space?.usedBytes ?? null,
    totalBytes: space?.totalBytes ?? null,
    unusedBytes: growsPartitions ? null : unusedBehind(attached, state),
    model,
    looksLike: looksLike ?? null,
    mountPoint: mountPointOf(facts, state),
    assignments: facts.assignments.own.map(({ file, path, isReadOnly }) => ({ file, path, isReadOnly })),
    isMountedByAgent: state.kind === 'mounted' && state.isOurs,
    isInStack,
    state: state.kind,
    code: state.kind === 'left-alone' ? state.code : null,
    summary: shortState(state, told.fileSystem),
    note: remarksOf(facts, state) ?? sentenceOf(state),
    next: nextStep(state, told) ?? null,
  };
}

function identityOf(attached: AttachedDisk) {
  const { path, diskSequence, sizeBytes } = attached.device;
  return {
    device: path,
    parent: attached.wholeDisk === path ? null : attached.wholeDisk,
    diskSequence,
    sizeBytes,
    fileSystem: attached.fileSystem ?? null,
    label: labelOf(attached),
    uuid: attached.uuid ?? null,
    serial: attached.serial ?? null,
    isMarked: attached.isDataDisk || (attached.stack?.bottoms.some(({ isDataDisk }) => isDataDisk) ?? false),
    markedBy: attached.markedBy ?? null,
  };
}

/** What a partition that the agent has mounted could grow into. */
function unusedBehind(attached: AttachedDisk | undefined, state: DiskState): number | null {
  if (attached === undefined || state.kind !== 'mounted' || !state.isOurs) return null;
  return attached.roomBytes < smallestGrowth ? null : attached.roomBytes;
}

/** Of a disk that is not attached. */
const nothing = {
  parent: null,
  diskSequence: null,
  sizeBytes: 0,
  fileSystem: null,
  label: null,
  uuid: null,
  serial: null,
  isMarked: false,
  markedBy: null,
};

function mountPointOf({ attached, mounts }: DiskFacts, state: DiskState): string | null {
  if (state.kind === 'mounted' || state.kind === 'hidden') return state.mountPoint;
  if (attached === undefined) return null;
  return mounts.find((mount) => isMountedFrom(mount, attached.device))?.mountPoint ?? null;
}

/** Whether the agent has, had or would have anything to do with it: others are listed, and in no report of what it did. */
export function isOurs({ isMarked, state }: Pick<ListedDisk, 'isMarked' | 'state'>): boolean {
  return isMarked || state === 'detached' || state === 'unmounted';
}

/** What was said of it when it was mounted where it is: whose folder it has, what waits for it. */
function remarksOf(facts: DiskFacts, state: DiskState): string | undefined {
  if (facts.attached === undefined || state.kind !== 'mounted' || !state.isOurs) return undefined;
  return recordOfDisk(facts.attached, facts)?.note;
}

function labelOf({ encodedLabel }: AttachedDisk): string | null {
  return encodedLabel === undefined ? null : (decodeUdev(encodedLabel) ?? null);
}
