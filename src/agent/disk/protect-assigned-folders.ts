import { dirname } from 'node:path';
import { type Mount, observeMounts } from '../../core/block-device/mounts.ts';
import { describeError } from '../../core/error/agent-error.ts';
import { followFolder } from '../../core/system/safe-path.ts';
import type { System } from '../../core/system/system.ts';
import type { StepOutcome } from '../action/apply-steps.ts';
import { converge } from '../action/converge.ts';
import { loop } from '../action/loop.ts';
import type { Flags } from '../flags/flag-table.ts';
import { kinds } from './actions.ts';
import type { PlacedAssignment } from './assignment-facts.ts';
import { observeAutomount } from './automount.ts';
import { placeAssignment } from './observe-assignments.ts';
import { readFstab } from './fstab.ts';
import { observeMountPoint } from './observe-mount-point.ts';
import { type AssignedFolder, planProtection, planRelease, type ProtectionFacts } from './plan-protection.ts';
import { readProtectedFolders } from './protected-folders.ts';
import { readAssignments } from './read-assignments.ts';
import { isAtOrBelow, systemFolderOf } from '../assignment/system-folders.ts';
import { unmountedAbove } from './unmounted-above.ts';

/**
 * Has nothing be written where a disk is assigned to and not mounted, and takes that back where none is assigned any more. It looks
 * again then: what was let go of may have been in the way of another folder.
 */
export async function protectAssignedFolders(system: System, flags: Flags): Promise<StepOutcome[]> {
  const protection = loop({
    observe: () => observeProtection(system, flags),
    plan: (facts) => ({ steps: planProtection(facts) }),
    kinds,
  });
  return converge(protection, system);
}

/**
 * Lets go of folders and protects none, before a disk is looked at: what is kept may be in the way of the disk's own folder. What
 * fails is in the journal, and is tried again with the next disk.
 */
export async function releaseFolders(system: System, flags: Flags): Promise<void> {
  // Most machines have none, and each event of a disk comes here.
  if ((await readProtectedFolders(system)).length === 0) return;
  const release = loop({
    observe: () => observeProtection(system, flags),
    plan: (facts) => ({ steps: planRelease(facts) }),
    kinds,
  });
  await converge(release, system).catch((error: unknown) =>
    system.journal.warn(`folders of assigned disks: ${describeError(error)}`),
  );
}

/** Whether `protectAssignedFolders` would change nothing. */
export async function areFoldersProtected(system: System, flags: Flags): Promise<boolean> {
  return planProtection(await observeProtection(system, flags)).every(({ actions }) => actions.length === 0);
}

async function observeProtection(system: System, flags: Flags): Promise<ProtectionFacts> {
  const { valid, mistaken } = await readAssignments(system);
  const known = await readProtectedFolders(system);
  const mounts = valid.length + known.length === 0 ? [] : await observeMounts(system);
  const placed = await Promise.all(valid.map((assignment) => placeAssignment(assignment, mounts, system)));
  const rootOfMap = placed.length === 0 ? undefined : await observeRootOfMap(system, flags);
  const fstab = placed.length === 0 ? [] : await readFstab(system);
  const around = { rootOfMap, mounts, claimed: fstab.map(({ mountPoint }) => mountPoint) };
  const assigned = await Promise.all(placed.map((each) => observeFolder(each, around, system)));
  const mounted = new Set(mounts.map(({ mountPoint }) => mountPoint));
  return { assigned, known, isAnyMistaken: mistaken.length > 0, mounted };
}

/** The disk root, where a map of automount(8) has it. */
async function observeRootOfMap(system: System, { CONFIG_DISK_ROOT: root }: Flags): Promise<string | undefined> {
  const { isOurs, otherMap } = await observeAutomount(system, root);
  return isOurs || otherMap !== undefined ? (await followFolder(system, root)).path : undefined;
}

interface Surroundings {
  /** The disk root, where a map of automount(8) has it. */
  readonly rootOfMap: string | undefined;
  readonly mounts: readonly Mount[];
  /** Folders of fstab. */
  readonly claimed: readonly string[];
}

async function observeFolder(
  { place, unsafePart }: PlacedAssignment,
  { rootOfMap, mounts, claimed }: Surroundings,
  system: System,
): Promise<AssignedFolder> {
  const isOfMap = mounts.some(
    ({ fileSystem, mountPoint }) => fileSystem === 'autofs' && isAtOrBelow(place, mountPoint),
  );
  const isInRoot = rootOfMap !== undefined && isAtOrBelow(dirname(place), rootOfMap);
  const isMounted = mounts.some(({ mountPoint }) => mountPoint === place);
  if (isMounted) return { path: place, state: 'mounted' };
  const isHidden = unmountedAbove(place, claimed, mounts) !== undefined;
  if (isOfMap || isInRoot || isHidden || unsafePart !== undefined || systemFolderOf(place) !== undefined) {
    return { path: place, state: 'not-looked-at' };
  }
  return { path: place, state: (await observeMountPoint(system, place)).state };
}
