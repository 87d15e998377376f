import { chooseDistro, type Distro } from './distro.ts';
import { ifRegular } from '../../core/system/if-regular.ts';
import type { System } from '../../core/system/system.ts';

/** os-release(5): the first of the two files that exists counts. */
export async function observeDistro({ files }: System): Promise<Distro> {
  return chooseDistro(
    (await ifRegular(files.read('/etc/os-release'))) ?? (await ifRegular(files.read('/usr/lib/os-release'))) ?? '',
  );
}
