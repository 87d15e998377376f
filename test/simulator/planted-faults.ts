import type { HistoryKind } from './history.ts';

export interface FaultyPlace {
  /** Below src/. */
  readonly file: string;
  /** What the source holds exactly once, and what takes its place. */
  readonly good: string;
  readonly bad: string;
}

/** A fault that is put into a source of the agent as it is loaded, to see that the simulator finds it. */
export interface PlantedFault extends FaultyPlace {
  readonly name: string;
  /** Where a second look right before the act would keep the fault from doing harm: that look is left out as well. */
  readonly and?: FaultyPlace;
  /** Where histories of some kinds alone can show it, so that it is found soon. */
  readonly kinds?: readonly HistoryKind[];
}

/** To add one: a line here. Each is planted alone, and the test fails for one that no history finds. */
export const plantedFaults: readonly PlantedFault[] = [
  {
    name: 'mounts what somebody unmounted',
    file: 'agent/disk/plan.ts',
    good: 'return Boolean(record.mountPoint) && !record.isBeingMounted && !record.onDemand;',
    bad: 'return false;',
    kinds: ['admin'],
  },
  {
    name: 'mounts what was detached',
    file: 'agent/disk/plan.ts',
    good: 'if (record.isDetached) return true;',
    bad: '',
    kinds: ['admin'],
  },
  {
    name: 'does not read fstab before a mount',
    file: 'agent/disk/refusals.ts',
    good: 'disk.fstabClaim !== undefined &&',
    bad: 'false &&',
    kinds: ['admin'],
  },
  {
    name: 'does not see what is built on a disk',
    file: 'agent/disk/refusals.ts',
    good: 'disk.device.holders.length > 0 &&',
    bad: 'false &&',
    kinds: ['admin'],
  },
  {
    name: 'does not see that a disk is mounted already',
    file: 'agent/disk/refusals.ts',
    good: 'applies: ({ disk, facts }) => mountedAt(disk, facts)',
    bad: 'applies: () => false',
    kinds: ['admin'],
  },
  {
    name: 'does not see that a disk is a clone',
    file: 'agent/disk/refusals.ts',
    good: 'applies: ({ disk, facts }) => mountedTwin(disk, facts)',
    bad: 'applies: () => false',
    kinds: ['events'],
  },
  {
    name: 'mounts over the files of somebody',
    file: 'agent/disk/refusals.ts',
    good: 'whoseFolder(mountPoint, assignmentOf(assignments) !== undefined)',
    bad: 'false',
    kinds: ['admin'],
  },
  {
    name: 'takes the disk of the system for a data disk',
    file: 'agent/disk/refusals.ts',
    good: 'disk.isSystemDisk &&',
    bad: 'false &&',
    kinds: ['faults'],
  },
  {
    name: 'does not heed CONFIG_ALLOW_MOUNT',
    file: 'agent/disk/refusals.ts',
    good: '!flags.CONFIG_ALLOW_MOUNT &&',
    bad: 'false &&',
  },
  {
    name: 'formats what is not blank',
    file: 'core/block-device/blank-decision.ts',
    good: '!isZero &&',
    bad: 'false &&',
  },
  {
    name: 'does not read fstab before it formats',
    file: 'core/block-device/blank-decision.ts',
    good: 'fstabClaim !== undefined &&',
    bad: 'false &&',
    kinds: ['admin'],
  },
  {
    name: 'formats without the lock of the disk',
    file: 'agent/disk/format-blank.ts',
    good: 'await withDeviceLock(system, action.disk, async',
    bad: 'await ((_: unknown, __: unknown, act: () => Promise<void>) => act())(system, action.disk, async',
  },
  {
    name: 'mounts without the lock of the disk',
    file: 'agent/disk/mount-disk.ts',
    good: "system.processes.run('flock', [...lock, lockPath, 'mount', ...asTold, ...what]",
    bad: "system.processes.run('mount', [...asTold, ...what]",
  },
  {
    name: 'leaves the mount of a pulled disk',
    file: 'agent/disk/plan-detach.ts',
    good: 'const unmount: Action[] = isMounted ?',
    bad: 'const unmount: Action[] = Boolean(0) && isMounted ?',
  },
  {
    name: 'writes nothing down before it mounts',
    file: 'agent/disk/plan-mount.ts',
    good: '...check, intended,',
    bad: '...check,',
    kinds: ['faults'],
  },
  {
    name: 'takes every folder for its own',
    file: 'agent/disk/made-folders.ts',
    good: 'return (await placesOf(system, path)).includes(path);',
    bad: 'return true;',
    kinds: ['admin'],
  },
  {
    name: 'tells a hook again and again',
    file: 'agent/disk/plan-mount.ts',
    good: 'const told = { ...record, isHookDue: false };',
    bad: 'const told = { ...record, isHookDue: true };',
  },
  {
    name: 'mounts programs of strangers with set-uid',
    file: 'agent/disk/mount-options.ts',
    good: "const always = ['nosuid', 'nodev'];",
    bad: "const always = ['nodev'];",
  },
  {
    name: 'grows a file system once only',
    file: 'agent/disk/plan-growth.ts',
    good: 'record.filledBytes >= disk.device.sizeBytes',
    bad: 'record.filledBytes > 0',
    kinds: ['calm'],
  },
  {
    name: 'knows a disk by its kernel name alone',
    file: 'agent/disk/disk-record-key.ts',
    good: "@${diskSequence ?? 'unknown'}",
    bad: '@unknown',
    kinds: ['calm'],
  },
  {
    name: 'believes an event of the disk that had the name before',
    file: 'agent/disk/disk-events.ts',
    good: 'return (await isOfDiskBefore(facts, system)) ?',
    bad: 'return Boolean(0) ?',
    kinds: ['events'],
  },
  {
    name: 'mounts two disks at one folder at the same time',
    file: 'agent/disk/disk-events.ts',
    good: '`folder ${withoutNumbers(name)}`',
    bad: '`folder ${name}`',
    and: { file: 'agent/disk/mount-disk.ts', good: 'if (mount === undefined) return;', bad: 'return;' },
    kinds: ['everything'],
  },
  {
    name: 'does not ask which disks are gone',
    file: 'agent/mount/report-gone-disks.ts',
    good: 'if (await isThere(record, system)) continue;',
    bad: 'continue;',
    kinds: ['events'],
  },
  {
    name: 'opens a layer that no flag names',
    file: 'agent/disk/observe-member.ts',
    good: 'if (seen === undefined || kind === undefined || !allowed.includes(kind)) return undefined;',
    bad: 'if (seen === undefined || kind === undefined) return undefined;',
    kinds: ['layers'],
  },
  {
    name: 'activates a volume group that lies on a disk of somebody else',
    file: 'agent/stack/assembly-decision.ts',
    good: 'const foreign = volumes.find(({ isOurs }) => !isOurs);',
    bad: 'const foreign = volumes.find(() => false);',
    kinds: ['layers'],
  },
  {
    name: 'assembles an array that lacks a member',
    file: 'agent/stack/assembly-decision.ts',
    good: 'present.length < devices &&',
    bad: 'false &&',
    kinds: ['layers'],
  },
  {
    name: 'assembles an array that lies on a disk of somebody else',
    file: 'agent/stack/assembly-decision.ts',
    good: 'const foreign = present.find(({ isOurs }) => !isOurs);',
    bad: 'const foreign = present.find(() => false);',
    kinds: ['layers'],
  },
  {
    name: 'writes to the members of an array of which one is read-only',
    file: 'agent/stack/assembly-decision.ts',
    good: 'return fixed !== undefined &&',
    bad: 'return Boolean(0) && fixed !== undefined &&',
    kinds: ['layers'],
  },
  {
    name: 'opens again what somebody closed',
    file: 'agent/disk/plan-assembly.ts',
    good: "if (known !== undefined && occasion !== 'asked') return [];",
    bad: '',
    kinds: ['layers'],
  },
  {
    name: 'takes a stack down from the bottom',
    file: 'agent/disk/observe-group.ts',
    good: 'other.length - one.length',
    bad: 'one.length - other.length',
    and: { file: 'agent/stack/close-layer.ts', good: 'holders.length === 0', bad: 'true' },
    kinds: ['layers'],
  },
  {
    name: 'closes a stack that is not wholly on data disks',
    file: 'agent/disk/observe-group.ts',
    good: 'if (isStackOfOthers(stack, allowed)) continue;',
    bad: '',
    kinds: ['layers'],
  },
  {
    name: 'leaves a stack open of which a disk was pulled',
    file: 'agent/disk/plan.ts',
    good: 'broken === undefined ? [] : planBrokenClose(broken)',
    bad: 'broken === undefined || Boolean(1) ? [] : planBrokenClose(broken)',
    kinds: ['layers'],
  },
  {
    name: 'leaves what lay on a disk that went before its own event',
    file: 'agent/disk/plan.ts',
    good: '...planOrphans(gone, facts),',
    bad: '',
    kinds: ['layers'],
  },
  {
    name: 'mounts a path of a multipath disk',
    file: 'agent/disk/refusals.ts',
    good: 'disk.isPathOfDisk &&',
    bad: 'false &&',
    kinds: ['layers'],
  },
  {
    name: 'asks for the growth of a layer at every look',
    file: 'agent/disk/plan-member-growth.ts',
    good: 'if (known.filledBytes === device.sizeBytes) return undefined;',
    bad: '',
    kinds: ['layers'],
  },
  {
    name: 'does not know whom an assignment means',
    file: 'agent/disk/match-assignment.ts',
    good: 'return wanted.length > 0 && wanted.every(',
    bad: 'return wanted.length > 9 && wanted.every(',
    kinds: ['assigned'],
  },
  {
    name: 'writes to a disk that an assignment makes read-only',
    file: 'agent/disk/is-read-only.ts',
    good: 'return device.readOnly || mustNotChange;',
    bad: 'return device.readOnly || (mustNotChange && false);',
    kinds: ['assigned'],
  },
  {
    name: 'gives one path to two disks',
    file: 'agent/disk/assignment-decision.ts',
    good: 'assignments.rivals.length > 0 &&',
    bad: 'false &&',
    kinds: ['assigned'],
  },
  {
    name: 'mounts a disk though a file that means it has a mistake',
    file: 'agent/disk/assignment-decision.ts',
    good: 'if (first === undefined) return false;',
    bad: 'if (first === undefined || Boolean(1)) return false;',
    kinds: ['assigned'],
  },
  {
    name: 'leaves the folder of an assignment writable',
    file: 'agent/disk/plan-protection.ts',
    good: '(each) => !isProtected(each) &&',
    bad: '(each) => false && !isProtected(each) &&',
    kinds: ['assigned'],
  },
  {
    name: 'does not wait until the flag of a protected folder is on its disk',
    file: 'agent/disk/protect-folder.ts',
    good: '    await place.sync();',
    bad: '',
    kinds: ['assigned'],
  },
  {
    name: 'forgets a protected folder before its flag is off the disk',
    file: 'agent/disk/protect-folder.ts',
    good: '  await handle.sync();',
    bad: '',
    kinds: ['assigned'],
  },
];
