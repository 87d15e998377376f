import { resolve } from 'node:path';
import { isRunningMachine, type System } from '../../core/system/system.ts';

export interface LocaleFacts {
  /** Debian's own file, or that of locale.conf(5). */
  readonly path: '/etc/default/locale' | '/etc/locale.conf';
  readonly text: string | undefined;
  readonly isInstalled: boolean;
}

export async function observeLocale(system: System, locale: string): Promise<LocaleFacts> {
  const path = await localePath(system);
  return { path, text: await system.files.read(path), isInstalled: await isInstalled(system, locale) };
}

/** Since Debian 13 the file of Debian is a link to the other one, which tmpfiles.d(5) makes in each boot. */
async function localePath({ files }: System): Promise<LocaleFacts['path']> {
  const isThere = async (path: string) => (await files.status(path)) !== undefined;
  if (!(await isThere('/usr/sbin/update-locale'))) return '/etc/locale.conf';
  const target = await files.linkTarget('/etc/default/locale');
  if (target !== undefined)
    return resolve('/etc/default', target) === '/etc/locale.conf' ? '/etc/locale.conf' : '/etc/default/locale';
  const isOther = !(await isThere('/etc/default/locale')) && (await isThere('/etc/locale.conf'));
  return isOther ? '/etc/locale.conf' : '/etc/default/locale';
}

/** locale(1) writes charsets in its own way: `en_US.utf8`. A tree that is not running cannot be asked, and is believed. */
async function isInstalled(system: System, locale: string): Promise<boolean> {
  if (!isRunningMachine(system) || ['C', 'POSIX', 'C.UTF-8'].includes(locale)) return true;
  const { stdout } = await system.processes.run('locale', ['-a']);
  return stdout.split('\n').map(normalised).includes(normalised(locale));
}

function normalised(locale: string): string {
  return locale.toLowerCase().replaceAll('-', '');
}
