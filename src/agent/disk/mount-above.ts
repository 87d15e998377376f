import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import type { Mount } from '../../core/block-device/mounts.ts';
import { diskRecordKey, nameIn } from './disk-record-key.ts';
import type { DiskRecord } from './disk-records.ts';
import { mountOf } from './mount-of.ts';

/** Whether something that lies on a device, however deep, is mounted so that not one byte of it changes. */
export function isKeptAbove(
  { name, diskSequence }: Pick<BlockDevice, 'name' | 'diskSequence'>,
  records: readonly DiskRecord[],
): boolean {
  const key = diskRecordKey(name, diskSequence);
  return records.some(({ isSetReadOnly, beneath }) => isSetReadOnly && beneath.includes(key));
}

/**
 * Where the agent mounted something that lies on a device, however deep.
 * @returns undefined where it mounted nothing of it, and where something lies on the device that is not of the agent's stacks
 */
export function mountAbove(
  { name, diskSequence, holders }: Pick<BlockDevice, 'name' | 'diskSequence' | 'holders'>,
  records: readonly DiskRecord[],
  mounts: readonly Mount[],
): string | undefined {
  const key = diskRecordKey(name, diskSequence);
  const above = records.filter(({ beneath }) => beneath.includes(key));
  const areOurs = holders.every((holder) => above.some((record) => nameIn(record.key) === holder));
  const mounted = above.find((record) => mountOf(record, mounts) !== undefined);
  return areOurs ? (mounted?.mountPoint ?? undefined) : undefined;
}
