import type { DiskRecord, Step } from '../action.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { AttachedDisk } from './disk-facts.ts';
import { fileSystemTraits } from './file-systems.ts';

/**
 * Makes a mounted file system fill its device, once for each size that the device has. What it is asked to do again
 * it does not do again, however many events tell of one resize.
 */
export function planGrowth({ device, fileSystem }: AttachedDisk, record: DiskRecord, flags: Flags): Step[] {
  const { mountPoint } = record;
  const growth = fileSystemTraits(fileSystem ?? '')?.growth ?? null;
  const isFilled = record.filledBytes !== null && record.filledBytes >= device.sizeBytes;
  if (!flags.CONFIG_GROW || growth === null || mountPoint === null || device.readOnly || isFilled) return [];
  return [
    {
      name: `grow ${device.path}`,
      actions: [
        { kind: 'grow-file-system', device: device.path, majorMinor: device.majorMinor, mountPoint, growth },
        { kind: 'remember-disk', record: { ...record, filledBytes: device.sizeBytes } },
      ],
    },
  ];
}
