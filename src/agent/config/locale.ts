import { isRunningMachine, type System } from '../../core/system/system.ts';

export interface LocaleFacts {
  /** Debian's own file, or that of locale.conf(5). */
  readonly path: '/etc/default/locale' | '/etc/locale.conf';
  readonly text: string | undefined;
  readonly isInstalled: boolean;
}

export async function observeLocale(system: System, locale: string): Promise<LocaleFacts> {
  const isDebian = (await system.files.status('/usr/sbin/update-locale')) !== undefined;
  const path = isDebian ? '/etc/default/locale' : '/etc/locale.conf';
  return { path, text: await system.files.read(path), isInstalled: await isInstalled(system, locale) };
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
