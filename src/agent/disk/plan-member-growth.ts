import type { Flags } from '../flags/flag-table.ts';
import { kindOfMember } from '../stack/layer-kind.ts';
import type { Step } from './actions.ts';
import type { AttachedDisk, DiskFacts } from './disk-facts.ts';
import type { DiskRecord } from './disk-records.ts';
import { planPartition } from './plan-growth.ts';
import { mountAbove } from './mount-above.ts';
import { refusal, refusalOnRecord } from './refusals.ts';
import { isReadOnly } from './is-read-only.ts';

/**
 * Has what lies on a device use all of it, a partition of its disk first, once for each size that the device has. Whether anything is to be done is the handler's to
 * find out: what lies there is asked only then.
 * @returns undefined where nothing of ours lies on it, or where that was asked for this size
 */
export function planMemberGrowth(
  disk: AttachedDisk,
  known: DiskRecord | undefined,
  facts: DiskFacts,
  flags: Flags,
): Step[] | undefined {
  const { device, wholeDisk, fileSystem, isDataDisk, isSystemDisk } = disk;
  const layer = kindOfMember(fileSystem);
  const isOurs = isDataDisk && !isSystemDisk && !isReadOnly(disk) && facts.broken === undefined;
  if (layer === undefined || !flags.CONFIG_GROW || !flags.CONFIG_LAYERS.includes(layer) || !isOurs) return undefined;
  if (known === undefined || known.isDetached || device.holders.length === 0) return undefined;
  const mountPoint = mountAbove(device, facts.records, facts.mounts);
  const partition = mountPoint === undefined ? [] : planPartition(disk, mountPoint, facts, flags);
  if (partition.length > 0) return partition;
  if (known.filledBytes === device.sizeBytes) return undefined;
  const { path, diskSequence, sizeBytes } = device;
  // Its own event may say why it was not put together then, as a member was missing.
  const refused = refusal(disk, facts, flags);
  const words = refused === undefined ? {} : refusalOnRecord(refused);
  const record = { ...known, ...words, filledBytes: sizeBytes };
  return [
    {
      name: `grow ${path}`,
      actions: [
        { kind: 'grow-layer', layer, device: path, disk: wholeDisk, diskSequence },
        { kind: 'remember-disk', record },
      ],
      canWait: true,
    },
  ];
}
