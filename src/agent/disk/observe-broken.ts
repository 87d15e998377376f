import type { System } from '../../core/system/system.ts';
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

/** device-mapper keeps the name of what it lay on; md lets go of a member that is gone. */
async function isWhole(system: System, name: string): Promise<boolean> {
  if ((await system.files.status(`/sys/class/block/${name}`)) === undefined) return false;
  if (!isLayered(name)) return true;
  const beneath = await system.files.list(`/sys/class/block/${name}/slaves`);
  const whole = await Promise.all(beneath.map((each) => isWhole(system, each)));
  return name.startsWith('md') ? whole.some((each) => each) : whole.every((each) => each);
}
