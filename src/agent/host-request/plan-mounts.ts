import type { Step } from './actions.ts';
import type { DataMount } from './data-mounts.ts';
import { type FreezeHooks, planPostThaw, planPreFreeze } from './freeze-hooks.ts';
import type { Frozen } from './frozen.ts';

/** File systems that fsfreeze(8) freezes and fstrim(8) trims, of those that the agent mounts. */
const ableFileSystems: readonly string[] = ['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'f2fs'];

/** Which mounts it is done to, and which are left out. */
export interface Chosen {
  readonly able: readonly DataMount[];
  readonly leftOut: readonly DataMount[];
}

/** @param serial of one disk; null for all */
export function chooseMounts(mounts: readonly DataMount[], serial: string | null): Chosen {
  const meant = mounts.filter((mount) => serial === null || mount.serials.includes(serial));
  const isAble = ({ fileSystem, isReadOnly }: DataMount) => ableFileSystems.includes(fileSystem) && !isReadOnly;
  return { able: meant.filter(isAble), leftOut: meant.filter((mount) => !isAble(mount)) };
}

/**
 * The timers first: a freeze that nothing ends would stop every program that writes, and what a hook has stopped would stay so.
 * @param seconds until the deadline
 */
export function planFreeze({ able }: Chosen, seconds: number, hooks: FreezeHooks): Step[] {
  if (able.length === 0) return [];
  const mounts = able.map(({ mountPoint, majorMinor }) => ({ mountPoint, majorMinor }));
  const hasHook = hooks.preFreeze !== undefined || hooks.postThaw !== undefined;
  const paths = mounts.map(({ mountPoint }) => mountPoint);
  return [
    { name: 'freeze', actions: [{ kind: 'arm-thaw', mounts, seconds, hasHook }] },
    ...planPreFreeze(hooks, paths, seconds),
    ...mounts.map(
      (mount): Step => ({ name: 'freeze', actions: [{ kind: 'freeze-mount', ...mount }], needsAllBefore: true }),
    ),
    { name: 'freeze', actions: [{ kind: 'remember-freeze' }], needsAllBefore: true },
  ];
}

/**
 * Each for itself, in the other order, and the hook last. The timers stay where one could not be thawed, and where the freeze was
 * cut off: a file system that took too long may freeze yet. That of the hook stays until the hook has run.
 */
export function planThaw({ mounts, isWhole, hookPaths }: Frozen, hooks: FreezeHooks): Step[] {
  return [
    ...mounts
      .toReversed()
      .map(({ mountPoint }): Step => ({ name: 'thaw', actions: [{ kind: 'thaw-mount', mountPoint }] })),
    {
      name: 'thaw',
      actions: [{ kind: 'disarm-thaw', mounts: isWhole ? mounts : [] }],
      needsAllBefore: isWhole,
    },
    ...planPostThaw(hooks, hookPaths),
    { name: 'thaw', actions: [{ kind: 'forget-freeze' }], needsAllBefore: true },
  ];
}

/** Each for itself. */
export function planTrim({ able }: Chosen): Step[] {
  return able.map(({ mountPoint, majorMinor }) => ({
    name: 'trim',
    actions: [{ kind: 'trim-mount', mountPoint, majorMinor }],
  }));
}
