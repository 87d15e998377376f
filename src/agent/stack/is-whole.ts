import type { System } from '../../core/system/system.ts';
import { isLayered } from './stack.ts';

/**
 * Whether all that a device lies on is there, as deep as it goes; of an array one member is enough. device-mapper keeps the name of
 * what it lay on, and md lets go of a member that is gone.
 * @param name kernel name, `dm-0`
 */
export async function isWhole(system: Pick<System, 'files'>, name: string): Promise<boolean> {
  if ((await system.files.status(`/sys/class/block/${name}`)) === undefined) return false;
  if (!isLayered(name)) return true;
  const beneath = await system.files.list(`/sys/class/block/${name}/slaves`);
  const whole = await Promise.all(beneath.map((each) => isWhole(system, each)));
  return name.startsWith('md') ? whole.some((each) => each) : whole.every((each) => each);
}
