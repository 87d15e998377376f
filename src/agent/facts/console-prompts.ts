import { basename } from 'node:path';
import type { System } from '../../core/system/system.ts';

/** A terminal on which somebody can log in now. */
export interface ConsolePrompt {
  /** Kernel name, `tty1`, `hvc0`. */
  readonly terminal: string;
  /** Who is logged in there without being asked; null where a name and a password are. */
  readonly autologin: string | null;
}

/** Programs that ask for a name, and the one that asks for the password in their place. */
export const loginPrograms: readonly string[] = ['agetty', 'getty', 'mingetty', 'login'];

/** Every login prompt that runs, whatever started it: systemd, inittab or OpenRC. Reads only /proc. */
export async function observeConsolePrompts({ files }: System): Promise<ConsolePrompt[]> {
  const ids = (await files.list('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(ids.map((id) => observePrompt({ files }, `/proc/${id}`)));
  return found.filter((prompt) => prompt !== undefined).sort((a, b) => (a.terminal < b.terminal ? -1 : 1));
}

/** A process that ended meanwhile has nothing to read. */
async function observePrompt({ files }: Pick<System, 'files'>, folder: string): Promise<ConsolePrompt | undefined> {
  const read = (name: string) => files.read(`${folder}/${name}`).catch(() => undefined);
  const program = (await read('comm'))?.trim() ?? '';
  if (!loginPrograms.includes(program)) return undefined;
  const device = deviceOf((await read('stat')) ?? '');
  const link = device === undefined ? undefined : await files.linkTarget(`/sys/dev/char/${device}`);
  if (link === undefined) return undefined;
  const words = ((await read('cmdline')) ?? '').split('\0');
  return { terminal: basename(link), autologin: program === 'agetty' ? autologinOf(words) : null };
}

/** proc_pid_stat(5): tty_nr is the seventh field; bits 8 to 15 are the major number, the others the minor one. */
function deviceOf(stat: string): string | undefined {
  const [, , , , number] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const device = Number(number);
  if (!Number.isInteger(device) || device <= 0) return undefined;
  return `${(device >> 8) & 0xff}:${(device & 0xff) | ((device >> 12) & 0xfff00)}`;
}

/** Who agetty(8) logs in without being asked, by its words; null for nobody. */
export function autologinOf(words: readonly string[]): string | null {
  const joined = words.find((word) => word.startsWith('--autologin='))?.slice('--autologin='.length);
  const index = words.findIndex((word) => word === '--autologin' || word === '-a');
  return joined ?? (index === -1 ? null : (words[index + 1] ?? null));
}
