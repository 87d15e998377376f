import type { System } from '../../core/system/system.ts';
import { isWhole } from '../stack/is-whole.ts';
import { isLayered, type StackLayer } from '../stack/stack.ts';
import { observeLayer } from './observe-stack.ts';

/**
 * A layered device of which so much is gone that nothing can be read from it or written to it. It has no event: the kernel keeps it,
 * and lets each access fail.
 * @returns undefined where all of it works, and for an array of which a member is left
 */
export async function observeBroken(system: System, kernelName: string): Promise<StackLayer | undefined> {
  const isBroken = isLayered(kernelName) && !(await isWhole(system, kernelName));
  const isThere = (await system.files.status(`/sys/class/block/${kernelName}`)) !== undefined;
  return isBroken && isThere ? observeLayer(system, kernelName) : undefined;
}
