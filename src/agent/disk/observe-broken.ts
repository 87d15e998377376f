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
  /** Of arrays that lie on it, are the agent's and have another member: they go on without it. */
  readonly arrays: readonly string[];
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
  const holders = await holdersOf(system, kernelName);
  const names = (wanted: Holder['is']) => holders.flatMap(({ name, is }) => (is === wanted ? [name] : []));
  return { layer: await observeLayer(system, kernelName), bears: names('broken'), arrays: names('array') };
}

interface Holder {
  readonly name: string;
  /** `array`: it has another member, and goes on without this one. */
  readonly is: 'broken' | 'array' | 'not-ours';
}

async function holdersOf(system: System, kernelName: string): Promise<Holder[]> {
  const names = await system.files.list(`/sys/class/block/${kernelName}/holders`);
  return Promise.all(
    names.map(async (name) => {
      const records = await readDiskRecords(system, name);
      const isOurs = records.some(({ beneath }) => beneath.some((key) => nameIn(key) === kernelName));
      if (!isOurs) return { name, is: 'not-ours' };
      return { name, is: (await isWhole(system, name)) ? 'array' : 'broken' };
    }),
  );
}
