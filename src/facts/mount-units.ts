import { describeError } from '../agent-error.ts';
import type { System } from '../system/system.ts';
import { unsafePart } from './safe-path.ts';

/** Where an admin names the services that use a disk, one a line, in a file with the name of the disk's folder. */
export const servicesFolder = '/etc/gandi/services.d';

// systemd.unit(5): what a unit's name is made of. Only these kinds run programs that may hold files of a disk.
const unitName = /^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]{0,239}\.(?:service|socket|timer|path)$/;
// A systemd that does not answer must not keep a stale mount in the tree.
const answerSeconds = 5;

/**
 * The units that run now and use a mount: those that the admin named for it, and those whose own dependencies name it
 * (RequiresMountsFor=, Requires=, BindsTo=).
 * @param more further names, such as those that a disk brings along; a name that is no unit here counts for nothing
 */
export async function observeMountUnits(
  system: System,
  mountPoint: string,
  more: readonly string[] = [],
): Promise<string[]> {
  if ((await system.files.status('/run/systemd/system')) === undefined) return [];
  const named = [...(await readAdminsServices(system, mountPoint)), ...more];
  try {
    const bound = await unitsBoundTo(system, mountUnitOf(mountPoint));
    return await onlyRunning(system, [...new Set([...named, ...bound])]);
  } catch (error) {
    system.journal.warn(`cannot tell which services use ${mountPoint}: ${describeError(error)}`);
    return [];
  }
}

/** One name a line; what follows a `#` is for people, `.service` is understood, and what is no name of a unit is left out. */
export function parseServices(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .map((name) => (/\.(?:service|socket|timer|path)$/.test(name) ? name : `${name}.service`))
    .filter((name) => unitName.test(name));
}

/** systemd.unit(5), STRING ESCAPING FOR INCLUSION IN UNIT NAMES: `/srv/my-data` is `srv-my\x2ddata.mount`. */
export function mountUnitOf(mountPoint: string): string {
  const path = mountPoint.split('/').filter((component) => component !== '');
  const escaped = path
    .join('/')
    .replace(/^\.|[^A-Za-z0-9:_./]/gu, (character) =>
      [...new TextEncoder().encode(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
    );
  return `${escaped.replaceAll('/', '-')}.mount`;
}

async function readAdminsServices(system: System, mountPoint: string): Promise<string[]> {
  const path = `${servicesFolder}/${mountPoint.split('/').at(-1)}`;
  if ((await system.files.status(path)) === undefined) return [];
  const unsafe = await unsafePart(system, path);
  if (unsafe === undefined) return parseServices((await system.files.read(path)) ?? '');
  system.journal.error(`${path} is not read: ${unsafe} must be root's, and nobody else may write it`);
  return [];
}

async function unitsBoundTo(system: System, mountUnit: string): Promise<string[]> {
  const properties = ['--property=RequiredBy', '--property=BoundBy', '--property=RequisiteOf'];
  const { stdout } = await systemctl(system, ['show', ...properties, '--', mountUnit]);
  const names = stdout.split('\n').flatMap((line) => line.slice(line.indexOf('=') + 1).split(' '));
  return names.filter((name) => unitName.test(name));
}

async function onlyRunning(system: System, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const properties = ['--property=Id', '--property=LoadState', '--property=ActiveState'];
  const { stdout } = await systemctl(system, ['show', ...properties, '--', ...names]);
  const running = stdout.split('\n\n').filter((block) => {
    return /^LoadState=loaded$/m.test(block) && /^ActiveState=(?:active|activating|reloading)$/m.test(block);
  });
  return [...new Set(running.flatMap((block) => /^Id=(.+)$/m.exec(block)?.[1] ?? []))];
}

function systemctl(system: System, args: readonly string[]) {
  return system.processes.run('systemctl', args, { timeoutSeconds: answerSeconds });
}
