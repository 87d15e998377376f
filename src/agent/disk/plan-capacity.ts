import type { Step } from './actions.ts';
import type { AttachedDisk, DiskFacts } from './disk-facts.ts';
import type { DiskRecord } from './disk-records.ts';
import type { Refusal } from './refusals.ts';

/**
 * A kernel that read the capacity of a disk in the wrong moment takes it for one of 0 bytes, and is asked to read it once more:
 * once for an attachment, or when a person asks. What udev found on it, which was nothing, has to be found again then.
 */
export function planCapacity(
  { device, wholeDisk }: AttachedDisk,
  known: DiskRecord | undefined,
  { code }: Refusal,
  { occasion }: DiskFacts,
): Step[] {
  if (code !== 'no-capacity' || device.partition !== null) return [];
  if (known !== undefined && occasion !== 'asked') return [];
  return [
    {
      name: `attach ${device.path}`,
      actions: [
        { kind: 'read-capacity', disk: wholeDisk, diskSequence: device.diskSequence },
        { kind: 'report-device', device: device.path },
      ],
    },
  ];
}
