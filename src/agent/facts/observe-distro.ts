import { observeOsRelease } from '../../core/text/os-release.ts';
import type { System } from '../../core/system/system.ts';
import { chooseDistro, type Distro } from './distro.ts';

export async function observeDistro(system: System): Promise<Distro> {
  return chooseDistro(await observeOsRelease(system));
}
