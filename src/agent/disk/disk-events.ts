import { basename } from 'node:path';
import { kinds } from './actions.ts';
import type { Excuse, StepOutcome } from '../action/apply-steps.ts';
import { converge } from '../action/converge.ts';
import { type Loop, loop } from '../action/loop.ts';
import type { DiskFacts, Occasion } from './disk-facts.ts';
import { diskRecordKey } from './disk-record-key.ts';
import { reportBrokenStacks } from './report-broken-stacks.ts';
import { isLayered } from '../stack/stack.ts';
import { mountName } from './mount-name.ts';
import { mountOf } from './mount-of.ts';
import { observeDisk } from './observe-disk.ts';
import { planDisk } from './plan.ts';
import { releaseFolders } from './protect-assigned-folders.ts';
import { isCountedByOpening } from '../../core/block-device/disk-sequence.ts';
import { observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { type Mount, observeMounts } from '../../core/block-device/mounts.ts';
import { observeUdevProperties } from '../../core/block-device/udev-properties.ts';
import type { Flags } from '../flags/flag-table.ts';
import { detachDevice } from './manage-disk.ts';
import { expelSwappedDisks } from './swapped-disks.ts';
import { type DiskRecord, readDiskRecords } from './disk-records.ts';
import type { System } from '../../core/system/system.ts';
import type { SpooledEvent } from '../event/spool.ts';
import { convergeInTurn, type Turn } from '../event/turn.ts';

/**
 * Drives one block device to what it should be. The events say only that it is to be looked at, and whether it was
 * attached or is asked back; what is done follows from what is there now.
 * @param events all that wait for this device, oldest first; at least one
 */
export async function handleDisk(
  events: readonly SpooledEvent[],
  flags: Flags,
  system: System,
  turn: Turn,
): Promise<StepOutcome[]> {
  const newest = events.at(-1);
  if (newest === undefined) return [];
  const kernelName = kernelNameOf(newest);
  if (newest.action === 'offline') return giveBack(kernelName, flags, system);
  // First, as what is written to a disk that was swapped destroys another one, and a stale mount swallows writes.
  const expelled = newest.action === 'remove' ? await expelSwappedDisks(flags, system) : [];
  if (newest.action === 'remove') await reportBrokenStacks(system);
  if (events.some((event) => isArrival(event, kernelName))) await releaseFolders(system, flags);
  const outcomes = await convergeInTurn(diskLoop(events, flags, system), turn, system);
  const isDone = outcomes.every(({ failure }) => failure === null);
  const mayHaveBorne = newest.action === 'remove' && flags.CONFIG_LAYERS.length > 0;
  if ((isLayered(kernelName) || mayHaveBorne) && isDone) await reportBrokenStacks(system, kernelName);
  return [...expelled, ...outcomes, ...(await growPartitions(kernelName, flags, system, turn.excuse))];
}

/**
 * What is done about one device.
 * @param events as for handleDisk
 */
export function diskLoop(events: readonly SpooledEvent[], flags: Flags, system: System): Loop {
  const newest = events.at(-1);
  return loop({
    observe: async () => {
      if (newest === undefined) return undefined;
      const kernelName = kernelNameOf(newest);
      // What the agent itself makes on a blank disk is not in the event.
      const mayBeFormatted = flags.CONFIG_FORMAT_BLANK && !newest.properties.ID_FS_TYPE;
      const properties = mayBeFormatted ? await observeUdevProperties(system, `/dev/${kernelName}`) : newest.properties;
      const occasion = await occasionOf(events, kernelName, system);
      const facts = await observeDisk(system, flags, kernelName, properties, occasion);
      return (await isOfDiskBefore(facts, system)) ? observeNow(kernelName, flags, system) : facts;
    },
    plan: (facts) => ({ steps: facts === undefined ? [] : planDisk(facts, flags) }),
    kinds,
  });
}

/** What is built on disks is added empty, and is there with a change that follows: the first of these counts. */
async function occasionOf(events: readonly SpooledEvent[], kernelName: string, system: System): Promise<Occasion> {
  if (!events.some((event) => isArrival(event, kernelName))) return 'changed';
  if (!isLayered(kernelName)) return 'attached';
  const sequence = isCountedByOpening(kernelName) ? undefined : events.at(-1)?.properties.DISKSEQ;
  const key = diskRecordKey(kernelName, sequence === undefined ? null : Number(sequence));
  return (await readDiskRecords(system, kernelName)).some((record) => record.key === key) ? 'changed' : 'attached';
}

/**
 * device-mapper marks a table that was loaded, as for a volume that was activated or grown (10-dm.rules), and only the latter is a
 * resize. mdadm tells of an array once it is started.
 */
function isArrival({ action, properties }: SpooledEvent, kernelName: string): boolean {
  if (action === 'add') return true;
  if (!isLayered(kernelName) || properties.RESIZE === '1') return false;
  return properties.DM_ACTIVATION === '1' || kernelName.startsWith('md');
}

/** A late event tells of the disk that had the kernel name before: that one is gone, and the one that has it now is not. */
async function isOfDiskBefore({ kernelName, attached, records }: DiskFacts, { files }: System): Promise<boolean> {
  if (attached !== undefined || records.length === 0) return false;
  return (await files.status(`/sys/class/block/${kernelName}`)) !== undefined;
}

/** Nothing was told of the disk that is there now, so nothing new is begun with it. */
async function observeNow(kernelName: string, flags: Flags, system: System): Promise<DiskFacts> {
  const properties = await observeUdevProperties(system, `/dev/${kernelName}`);
  return observeDisk(system, flags, kernelName, properties, 'changed');
}

/**
 * A platform asks for the disk: what is mounted of it is unmounted safely, or stays if it is in use. No kernel that was tried
 * sends this by itself: on Xen (Linux 6.1 and 6.12) the first that is told of a detach is the removal.
 */
async function giveBack(kernelName: string, flags: Flags, system: System): Promise<StepOutcome[]> {
  const isOurs = usesDisk(kernelName, await readDiskRecords(system), await observeMounts(system));
  if (!isOurs) return [];
  const device = (await observeBlockDevices(system)).find(({ name }) => name === kernelName);
  return device === undefined ? [] : [...(await detachDevice(system, flags, device, false))];
}

/** Whether something of a disk is mounted by the agent, or offered to autofs. */
function usesDisk(kernelName: string, records: readonly DiskRecord[], mounts: readonly Mount[]): boolean {
  return records
    .filter(({ device }) => isOn(device, kernelName))
    .some((record) => record.onDemand || mountOf(record, mounts) !== undefined);
}

async function convergeDevice(device: string, flags: Flags, system: System, excuse: Excuse): Promise<StepOutcome[]> {
  const observe = async () => {
    const properties = await observeUdevProperties(system, device);
    return observeDisk(system, flags, basename(device), properties, 'changed');
  };
  const plan = (facts: DiskFacts) => ({ steps: planDisk(facts, flags) });
  return converge(loop({ observe, plan, kinds }), system, excuse);
}

/** A resize is told of the whole disk; its partitions have no event. */
async function growPartitions(
  kernelName: string,
  flags: Flags,
  system: System,
  excuse: Excuse,
): Promise<StepOutcome[]> {
  if (!flags.CONFIG_GROW_PARTITION) return [];
  const outcomes: StepOutcome[] = [];
  const records = await readDiskRecords(system);
  for (const { device, mountPoint, key } of records) {
    const isUsed = mountPoint !== null || records.some(({ beneath }) => beneath.includes(key));
    if (!isUsed || device === `/dev/${kernelName}` || !isOn(device, kernelName)) continue;
    outcomes.push(...(await convergeDevice(device, flags, system, excuse)));
  }
  return outcomes;
}

/** `/dev/sdb1` and `/dev/nvme0n1p1` are on `sdb` and `nvme0n1`, and `/dev/sdba` is not on `sdb` (D9). */
function isOn(device: string, kernelName: string): boolean {
  const rest = device.startsWith(`/dev/${kernelName}`) ? device.slice(`/dev/${kernelName}`.length) : undefined;
  return rest !== undefined && /^(p?\d+)?$/.test(rest) && !(/\d$/.test(kernelName) && /^\d/.test(rest));
}

/**
 * What may not be worked on at the same time: one device, all disks that may come to want the same folder, and clones. A second
 * disk labelled `data` belongs at `data_2`, where one that is labelled so belongs too.
 */
export function diskLanes(event: SpooledEvent): string[] {
  const { ID_FS_LABEL_ENC, ID_FS_UUID, ID_SERIAL_SHORT, PARTN } = event.properties;
  const suffix = PARTN ? `-part${PARTN}` : '';
  const name = mountName({
    encodedLabel: ID_FS_LABEL_ENC || undefined,
    serial: ID_SERIAL_SHORT ? `${ID_SERIAL_SHORT}${suffix}` : undefined,
    kernelName: PARTN ? `${event.devicePath.split('/').at(-2)}${suffix}` : kernelNameOf(event),
  });
  const clones = ID_FS_UUID ? [`UUID ${ID_FS_UUID}`] : [];
  return [`device ${kernelNameOf(event)}`, `folder ${withoutNumbers(name)}`, ...clones];
}

function withoutNumbers(name: string): string {
  const shorter = name.replace(/_\d+$/, '');
  return shorter === name ? name : withoutNumbers(shorter);
}

function kernelNameOf(event: SpooledEvent): string {
  return event.devicePath.split('/').at(-1) ?? event.devicePath;
}
