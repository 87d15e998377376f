import type { Step } from './actions.ts';
import type { DataMount } from './data-mounts.ts';
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
  const meant = mounts.filter((mount) => serial === null || mount.serial === serial);
  const isAble = ({ fileSystem, isReadOnly }: DataMount) => ableFileSystems.includes(fileSystem) && !isReadOnly;
  return { able: meant.filter(isAble), leftOut: meant.filter((mount) => !isAble(mount)) };
}

/** The timers first: a freeze that nothing ends would stop every program that writes. */
export function planFreeze({ able }: Chosen, seconds: number): Step[] {
  if (able.length === 0) return [];
  const mounts = able.map(({ mountPoint, majorMinor }) => ({ mountPoint, majorMinor }));
  return [
    { name: 'freeze', actions: [{ kind: 'arm-thaw', mounts, seconds }] },
    ...mounts.map(
      (mount): Step => ({ name: 'freeze', actions: [{ kind: 'freeze-mount', ...mount }], needsAllBefore: true }),
    ),
  ];
}

/** Each for itself, in the other order; the timers stay where one could not be thawed. */
export function planThaw(frozen: Frozen): Step[] {
  return [
    ...thawAll(frozen),
    { name: 'thaw', actions: [{ kind: 'disarm-thaw', mounts: frozen.mounts }], needsAllBefore: true },
  ];
}

/** After a freeze that failed: a file system that took too long may freeze yet, so the timers stay in any case. */
export function planUndo(frozen: Frozen): Step[] {
  return [...thawAll(frozen), { name: 'thaw', actions: [{ kind: 'disarm-thaw', mounts: [] }] }];
}

function thawAll({ mounts }: Frozen): Step[] {
  return mounts.toReversed().map(({ mountPoint }) => ({ name: 'thaw', actions: [{ kind: 'thaw-mount', mountPoint }] }));
}

/** Each for itself. */
export function planTrim({ able }: Chosen): Step[] {
  return able.map(({ mountPoint, majorMinor }) => ({
    name: 'trim',
    actions: [{ kind: 'trim-mount', mountPoint, majorMinor }],
  }));
}
