import type { Action, DiskRecord, HookName, Step } from '../action.ts';
import type { Flags } from '../flags/flag-table.ts';
import { diskRecordKey } from '../state/disk-record-key.ts';
import type { AttachedDisk, DiskFacts } from './disk-facts.ts';
import { fileSystemTraits } from './file-systems.ts';
import { mountOptions } from './mount-options.ts';
import { refusal } from './refusals.ts';

/** What is to be done about one kernel name of a block device, whatever happened to it: attached, gone, or another disk now. */
export function planDisk(facts: DiskFacts, flags: Flags): Step[] {
  const current = facts.attached === undefined ? undefined : keyOf(facts.attached);
  const gone = facts.records.filter((record) => record.key !== current);
  return [...gone.flatMap((record) => planGone(record, facts)), ...planAttached(facts, flags)];
}

/** The device went without asking: whatever was not written yet is lost, and the stale mount would swallow more. */
function planGone(record: DiskRecord, facts: DiskFacts): Step[] {
  const name = `detach ${record.device}`;
  if (record.mountPoint === null) return [{ name, actions: [{ kind: 'forget-disk', key: record.key }] }];
  const { mountPoint } = record;
  const isMounted = facts.mounts.some(
    (mount) => mount.mountPoint === mountPoint && mount.majorMinor === record.majorMinor,
  );
  const unmount: Action[] = isMounted ? [{ kind: 'unmount-disk', mountPoint, lazy: true }] : [];
  return [
    {
      name: `${name}: hook`,
      actions: isMounted ? planHook('pre-disk-detach', [record.device, mountPoint], facts) : [],
    },
    {
      name,
      actions: [...unmount, { kind: 'remove-mount-point', mountPoint }, { kind: 'forget-disk', key: record.key }],
    },
  ];
}

function planAttached(facts: DiskFacts, flags: Flags): Step[] {
  const { attached } = facts;
  if (attached === undefined || !facts.justAttached) return [];
  const record = facts.records.find((each) => each.key === keyOf(attached));
  // We mounted this very disk once: if it is not mounted any more, the admin wanted it so.
  if (record?.mountPoint) return [];
  const refused = refusal(attached, facts, flags);
  if (refused !== undefined) return planLeftAlone(attached, record, refused.because);
  return planMount(attached, facts.mountPoint.path, facts, flags);
}

function planMount(disk: AttachedDisk, mountPoint: string, facts: DiskFacts, flags: Flags): Step[] {
  const { path, diskSequence, majorMinor, readOnly } = disk.device;
  const fileSystem = disk.fileSystem ?? '';
  const traits = fileSystemTraits(fileSystem) ?? { options: [] };
  const options = mountOptions(flags.CONFIG_MOUNT_PARAMS, traits, readOnly);
  const record = { ...recordOf(disk), mountPoint, note: `mounted at ${mountPoint}` };
  return [
    {
      name: `attach ${path}`,
      actions: [
        {
          kind: 'mount-disk',
          device: path,
          disk: disk.wholeDisk,
          diskSequence,
          majorMinor,
          fileSystem,
          mountPoint,
          options,
        },
        { kind: 'remember-disk', record },
        ...planHook('post-disk-attach', [path, fileSystem, mountPoint], facts),
      ],
    },
  ];
}

function planLeftAlone(disk: AttachedDisk, known: DiskRecord | undefined, because: string): Step[] {
  const record = { ...recordOf(disk), mountPoint: null, note: `left alone: ${because}` };
  if (known?.note === record.note) return [];
  return [{ name: `attach ${disk.device.path}`, actions: [{ kind: 'remember-disk', record }] }];
}

function recordOf({ device, fileSystem }: AttachedDisk): Omit<DiskRecord, 'mountPoint' | 'note'> {
  const key = diskRecordKey(device.name, device.diskSequence);
  return { key, device: device.path, majorMinor: device.majorMinor, fileSystem: fileSystem ?? null };
}

function keyOf({ device }: AttachedDisk): string {
  return diskRecordKey(device.name, device.diskSequence);
}

function planHook(hook: HookName, args: readonly string[], facts: DiskFacts): Action[] {
  const path = facts.hooks[hook];
  return path === undefined ? [] : [{ kind: 'run-hook', hook, path, arguments: args }];
}
