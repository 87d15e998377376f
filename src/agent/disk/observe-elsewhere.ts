import type { System } from '../../core/system/system.ts';
import type { ElsewhereFacts } from './disk-facts.ts';
import type { DiskRecord } from './disk-records.ts';
import { look } from './find-mount-elsewhere.ts';
import { isFresh, isStillElsewhere } from './mounted-elsewhere.ts';

/**
 * Whether another machine that had a disk may have it still, by one look that waits for nothing. Only what was left alone for
 * that is looked at. Who cannot read the disk, such as an ordinary user, is told what the agent found.
 */
export async function observeElsewhere(
  system: System,
  record: DiskRecord | undefined,
): Promise<ElsewhereFacts | undefined> {
  const known = record?.mountedElsewhere ?? undefined;
  if (record === undefined || known === undefined) return undefined;
  const isStill = await look(system, record.device).then(
    (now) => isStillElsewhere(known, now),
    () => true,
  );
  return isStill ? { mount: known, isFresh: isFresh(known, system.clock.monotonic()) } : undefined;
}
