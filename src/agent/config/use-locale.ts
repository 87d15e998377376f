import { AgentError } from '../../core/error/agent-error.ts';
import { ifRegular } from '../../core/system/if-regular.ts';
import { isRunBySystemd, isRunningMachine, type System } from '../../core/system/system.ts';
import { observeKernelArguments } from '../facts/kernel-arguments.ts';
import type { ActionKind } from '../action/kind.ts';

/** Asks whether logins get the locale that was written; they read the file by themselves. */
export interface UseLocale {
  readonly kind: 'use-locale';
  readonly locale: string;
  /** The file that was written. */
  readonly path: string;
}

export const useLocaleKind: ActionKind<UseLocale> = {
  kind: 'use-locale',
  isLiveOnly: () => true,
  describe: (action) => `have logins use the locale ${action.locale}`,
  apply: async () => undefined,
  verify: async (action, system) =>
    isRunningMachine(system) ? whyLocaleIsUnused(action, await observe(action, system)) : undefined,
};

/** By what a login's locale is decided. */
export interface LocaleUse {
  /** Files of PAM, and of the shells of logins, that name the file or a link to it. */
  readonly readers: readonly string[];
  /** systemd, which reads only locale.conf(5). */
  readonly isRunBySystemd: boolean;
  /** Files of settings that set LC_ALL, which counts before LANG (locale(7)). */
  readonly overriding: readonly string[];
  /** `locale.LANG` of the kernel's arguments, which counts before locale.conf(5). */
  readonly kernelLocale: string | null;
}

async function observe({ path }: UseLocale, system: System): Promise<LocaleUse> {
  const { files } = system;
  const read = async (each: string) => (await ifRegular(files.read(each))) ?? '';
  const names = [path, ...((await read('/etc/default/locale')) === (await read(path)) ? ['/etc/default/locale'] : [])];
  const inFolder = async (folder: string) => (await files.list(folder)).map((name) => `${folder}/${name}`);
  const mayRead = [...(await inFolder('/etc/pam.d')), ...(await inFolder('/etc/profile.d'))];
  const texts = await Promise.all(mayRead.map(async (each) => withoutComments(await read(each))));
  const settings = [path, '/etc/environment'];
  const settingTexts = await Promise.all(settings.map(read));
  return {
    readers: mayRead.filter((_, index) => names.some((name) => texts[index]?.includes(name))),
    isRunBySystemd: await isRunBySystemd(system),
    overriding: settings.filter((_, index) => /^[ \t]*(?:export[ \t]+)?LC_ALL=./m.test(settingTexts[index] ?? '')),
    kernelLocale: /(?:^|\s)locale\.LANG=(\S+)/.exec(await observeKernelArguments(system))?.[1] ?? null,
  };
}

/** Of files of PAM and of shells. */
function withoutComments(text: string): string {
  return text.replace(/^[ \t]*#.*$/gm, '');
}

/** Pure: why no login gets the locale; undefined where they do. */
export function whyLocaleIsUnused(
  { locale, path }: Pick<UseLocale, 'locale' | 'path'>,
  { readers, isRunBySystemd: bySystemd, overriding, kernelLocale }: LocaleUse,
): AgentError | undefined {
  const isRead = readers.length > 0 || (bySystemd && path === '/etc/locale.conf');
  if (!isRead) return unused('locale.not-read', path, 'nothing here reads this file', 'have pam_env(8) read it');
  const [file] = overriding;
  if (file !== undefined) return unused('locale.overridden', file, 'LC_ALL in it counts before LANG', 'remove LC_ALL');
  if (path !== '/etc/locale.conf' || kernelLocale === null || kernelLocale === locale) return undefined;
  const because = `the kernel argument locale.LANG=${kernelLocale} counts before it`;
  return unused('locale.overridden', path, because, 'remove the argument from the boot loader');
}

function unused(code: string, subject: string, because: string, remedy: string): AgentError {
  return new AgentError(`the locale is not used: ${because}`, { code, subject, remedy });
}
