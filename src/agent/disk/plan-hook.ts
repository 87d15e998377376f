import { basename } from 'node:path';
import type { HookName } from '../action/run-hook.ts';
import type { Action } from './actions.ts';
import type { DiskRecord } from './disk-records.ts';
import type { DiskFacts } from './disk-facts.ts';

/**
 * Tells `pre-disk-detach`, unless `post-disk-attach` is there and was not told of this disk: what it was to set up was not set up
 * (rows 11 and 20 of docs/decisions/data-disk.md).
 * @param isPulled the disk is gone already
 */
export function planDetachHook(record: DiskRecord, facts: DiskFacts, isPulled: boolean): Action[] {
  const isUntold = record.isHookDue || record.isBeingMounted;
  if (isUntold && hookFor('post-disk-attach', record, facts) !== undefined) return [];
  const args = [record.device, record.mountPoint ?? ''];
  return planHook('pre-disk-detach', args, record, facts, { GANDI_PULLED: isPulled ? '1' : '0' });
}

/** What a hook is told about the disk beside the arguments that it always had; docs/data-disks.md lists it. */
export function planHook(
  hook: HookName,
  args: readonly string[],
  record: DiskRecord,
  facts: DiskFacts,
  more: Readonly<Record<string, string>> = {},
): Action[] {
  const path = hookFor(hook, record, facts);
  if (path === undefined) return [];
  const mountPoint = record.mountPoint ?? '';
  const environment = {
    GANDI_DEVICE: record.device,
    GANDI_MOUNT_POINT: mountPoint,
    GANDI_DISK_NAME: basename(mountPoint),
    GANDI_FILE_SYSTEM: record.fileSystem ?? '',
    GANDI_UUID: record.uuid ?? '',
    ...more,
  };
  return [{ kind: 'run-hook', hook, path, arguments: args, environment }];
}

/** The program that is told of a disk: that of its assignment, else the one for all disks. */
export function hookFor(
  hook: HookName,
  { assignment }: Pick<DiskRecord, 'assignment'>,
  { hooks, assignedHooks }: Pick<DiskFacts, 'hooks' | 'assignedHooks'>,
): string | undefined {
  return assignedHooks.get(assignment ?? '') ?? hooks[hook];
}
