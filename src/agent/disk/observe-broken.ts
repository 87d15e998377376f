import type { System } from '../../core/system/system.ts';
import { isWhole } from '../stack/is-whole.ts';
import { isLayered, type StackLayer } from '../stack/stack.ts';
import { nameIn } from './disk-record-key.ts';
import { readDiskRecords } from './disk-records.ts';
import { observeLayer } from './observe-stack.ts';

/** A layered device that is there still, without what it lies on. */
export interface BrokenLayer {
  readonly layer: StackLayer;
  /** Kernel names of those that lie on it, are broken with it and are the agent's to close: they go first. */
  readonly bears: readonly string[];
}

/**
 * A layered device of which so much is gone that nothing can be read from it or written to it. It has no event: the kernel keeps it,
 * and lets each access fail.
 * @returns undefined where all of it works, and for an array of which a member is left
 */
export async function observeBroken(system: System, kernelName: string): Promise<BrokenLayer | undefined> {
  const isBroken = isLayered(kernelName) && !(await isWhole(system, kernelName));
  const isThere = (await system.files.status(`/sys/class/block/${kernelName}`)) !== undefined;
  if (!isBroken || !isThere) return undefined;
  const holders = await system.files.list(`/sys/class/block/${kernelName}/holders`);
  const goFirst = await Promise.all(holders.map((name) => isBrokenToo(system, name, kernelName)));
  return { layer: await observeLayer(system, kernelName), bears: holders.filter((_, index) => goFirst[index]) };
}

/** A mirror on it may have another member: that one goes on without it. */
async function isBrokenToo(system: System, name: string, beneath: string): Promise<boolean> {
  const records = await readDiskRecords(system, name);
  const isOurs = records.some((record) => record.beneath.some((key) => nameIn(key) === beneath));
  return isOurs && !(await isWhole(system, name));
}
