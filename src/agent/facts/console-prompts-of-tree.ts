import { basename } from 'node:path';
import type { System } from '../../core/system/system.ts';
import { autologinOf, type ConsolePrompt, loginPrograms } from './console-prompts.ts';
import { observeServices } from './services.ts';

const units = '/etc/systemd/system';

/**
 * The login prompts that a system which does not run starts at its boot, as its files say. systemd adds one for each console that
 * the boot loader names (systemd-getty-generator(8)), which no file of the tree tells.
 */
export async function observePromptsOfTree(system: System): Promise<ConsolePrompt[]> {
  const { init } = await observeServices(system);
  const prompts = init === 'systemd' ? await promptsOfUnits(system) : await promptsWithoutSystemd(system);
  return prompts.sort((one, other) => (one.terminal < other.terminal ? -1 : 1));
}

async function promptsOfUnits(system: System): Promise<ConsolePrompt[]> {
  const names = (await system.files.list(`${units}/getty.target.wants`)).filter((name) => unitPattern.test(name));
  const found = await Promise.all(names.map((name) => promptOfUnit(system, name)));
  return found.filter((prompt) => prompt !== undefined);
}

const unitPattern = /^((?:serial-)?getty@)([\w-]+)\.service$/;

async function promptOfUnit(system: System, name: string): Promise<ConsolePrompt | undefined> {
  const { files } = system;
  const [, template = '', terminal = ''] = unitPattern.exec(name) ?? [];
  if ((await files.linkTarget(`${units}/${name}`)) === '/dev/null') return undefined;
  const own = [`${units}/${template}.service`, `${units}/${name}`];
  const dropIns = await Promise.all([`${units}/${template}.service.d`, `${units}/${name}.d`].map(dropInsIn(system)));
  const texts = await Promise.all([...own, ...dropIns.flat()].map((path) => files.read(path)));
  // systemd.unit(5): an empty value takes back what was said before; the last command counts.
  const commands = valuesOf('ExecStart', texts.join('\n')).filter((value) => value !== '');
  const words = (commands.at(-1) ?? '').split(/\s+/);
  return { terminal, autologin: autologinOf(words) };
}

function dropInsIn({ files }: System): (folder: string) => Promise<string[]> {
  return async (folder) => {
    const names = (await files.list(folder)).filter((name) => name.endsWith('.conf')).sort();
    return names.map((name) => `${folder}/${name}`);
  };
}

/** What stands behind `NAME=`, line by line. */
function valuesOf(name: string, text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [key = '', ...value] = line.split('=');
    return key.trim() === name && value.length > 0 ? [value.join('=').trim()] : [];
  });
}

async function promptsWithoutSystemd({ files }: System): Promise<ConsolePrompt[]> {
  const inittab = (await files.read('/etc/inittab')) ?? '';
  const levels = await files.list('/etc/runlevels');
  const services = (await Promise.all(levels.map((level) => files.list(`/etc/runlevels/${level}`)))).flat();
  const terminals = services.flatMap((name) => /^agetty\.(\w+)$/.exec(name)?.[1] ?? []);
  const ofServices = terminals.map(async (terminal) => {
    const options = (await files.read(`/etc/conf.d/agetty.${terminal}`)) ?? '';
    const words = (valuesOf('agetty_options', options).at(-1) ?? '').replaceAll(/["']/g, '');
    return { terminal, autologin: autologinOf(words.split(/\s+/)) };
  });
  return [...inittab.split('\n').flatMap((line) => promptOfLine(line) ?? []), ...(await Promise.all(ofServices))];
}

/** inittab(5): `1:2345:respawn:/sbin/getty 38400 tty1`; busybox has the terminal in the first field. */
function promptOfLine(line: string): ConsolePrompt | undefined {
  const [id = '', , action = '', ...command] = line.split(':');
  const words = command.join(':').trim().split(/\s+/);
  const isPrompt = loginPrograms.includes(basename(words[0] ?? ''));
  if (line.trimStart().startsWith('#') || !['respawn', 'askfirst', 'once'].includes(action) || !isPrompt)
    return undefined;
  const terminal = words.slice(1).find((word) => /^(?:\/dev\/)?(?:tty|hvc|console)\w*$/.test(word)) ?? id;
  return { terminal: basename(terminal), autologin: autologinOf(words) };
}
