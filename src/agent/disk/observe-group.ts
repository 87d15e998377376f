import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import type { Mount } from '../../core/block-device/mounts.ts';
import type { System } from '../../core/system/system.ts';
import type { LayerName } from '../flags/layer-names.ts';
import { isStackOfOthers } from '../stack/stack-decision.ts';
import { isLayered, type StackLayer } from '../stack/stack.ts';
import { observeStack } from './observe-stack.ts';

/** What has to go together: whole disks, their partitions, and the stacks that lie on them. */
export interface Group {
  readonly family: readonly BlockDevice[];
  /** Names of the whole disks. */
  readonly disks: readonly string[];
  /** Of stacks that are the agent's to close, the top first. */
  readonly layers: readonly StackLayer[];
}

/**
 * Whatever shares a stack with a device, however many disks and volumes that takes in. A stack that is not wholly of data disks is
 * left out: what lies on a disk then keeps it.
 * @param devices all that there are
 */
export async function observeGroup(
  system: System,
  allowed: readonly LayerName[],
  named: BlockDevice,
  devices: readonly BlockDevice[],
  mounts: readonly Mount[],
): Promise<Group> {
  const members = new Map<string, BlockDevice>();
  const stacks = new Map<string, StackLayer[]>();
  const pending = isLayered(named.name) && allowed.length > 0 ? [named.name] : [named.parent ?? named.name];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const device = devices.find((each) => each.name === name);
    if (device === undefined || members.has(name)) continue;
    const stack = allowed.length > 0 ? await observeStack(system, name, mounts) : undefined;
    if (stack !== undefined) {
      if (isStackOfOthers(stack, allowed)) continue;
      stacks.set(name, [...stack.layers]);
      pending.push(...stack.layers.slice(1).map((layer) => layer.name), ...wholeDisks(stack.bottoms, devices));
    }
    members.set(name, device);
    if (device.parent !== null && stack === undefined) pending.push(device.parent);
    pending.push(...device.partitions, ...(allowed.length > 0 ? device.holders : []));
  }
  const family = devices.filter(({ name }) => members.has(name) || name === named.name);
  const disks = family.filter(({ name, parent }) => parent === null && !stacks.has(name)).map(({ name }) => name);
  return { family, disks, layers: topFirst(stacks) };
}

function wholeDisks(bottoms: readonly { readonly disk: string }[], devices: readonly BlockDevice[]): string[] {
  return bottoms.flatMap(({ disk }) => devices.find(({ path }) => path === disk)?.name ?? []);
}

/** What has more beneath it is further up. */
function topFirst(stacks: ReadonlyMap<string, readonly StackLayer[]>): StackLayer[] {
  const sorted = [...stacks.values()].sort((one, other) => other.length - one.length);
  return sorted.flatMap(([own]) => own ?? []);
}
