import { ifRegular } from '../../core/system/if-regular.ts';
import type { System } from '../../core/system/system.ts';
import { isOfPayload, type PayloadAssignments } from './plan-payload-assignments.ts';
import { listAssignments } from './read-assignments.ts';

/** What an earlier payload said of disks. */
export async function observePayloadAssignments({ files }: Pick<System, 'files'>): Promise<PayloadAssignments> {
  const paths = (await listAssignments({ files })).filter(isOfPayload);
  const texts = await Promise.all(
    paths.map(async (path) => [path, (await ifRegular(files.read(path))) ?? ''] as const),
  );
  return new Map(texts);
}
