import { describeError } from '../../core/error/agent-error.ts';
import type { DiskRecord } from './disk-records.ts';
import { readAssignments } from './read-assignments.ts';
import { isRunBySystemd, scriptCaller, type System } from '../../core/system/system.ts';
import { observeUnitProperties, type UnitProperties } from '../../core/system/unit-properties.ts';
import { mountUnitOf } from '../../core/system/unit-name.ts';
import { unsafePart } from '../../core/system/safe-path.ts';

/** A running unit that uses a mount. */
export interface MountUnit {
  readonly name: string;
  /** Made by systemd-run(1) or the like: once it is stopped it does not exist any more, and nothing can start it. */
  readonly isTransient: boolean;
}

/** Where an admin names the services that use a disk, one per line, in a file with the name of the disk's folder. */
const servicesFolder = '/etc/gandi/services.d';

// systemd.unit(5): what a unit's name is made of. Only these kinds run programs that may hold files of a disk.
const unitName = /^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]{0,239}\.(?:service|socket|timer|path)$/;
// A script that does not answer must not keep a stale mount in the tree.
const answerSeconds = 5;

/**
 * The units that run now and use a mount: those that the admin named for it, and those whose own dependencies name it
 * (RequiresMountsFor=, Requires=, BindsTo=). A name that is not a unit here counts for nothing.
 * @param record of the disk: the assignment by which it was mounted, and services that it names itself
 */
export async function observeMountUnits(
  system: System,
  mountPoint: string,
  { assignment, services }: Pick<DiskRecord, 'assignment' | 'services'> = { assignment: null, services: [] },
): Promise<MountUnit[]> {
  const ofAdmin =
    assignment === null ? readAdminsServices(system, mountPoint) : readAssignedServices(system, assignment);
  const named = [...(await ofAdmin), ...services];
  if (!(await isRunBySystemd(system))) return runningScripts(system, named);
  try {
    const [mount, ...shown] = await observeUnitProperties(system, [mountUnitOf(mountPoint), ...new Set(named)], asked);
    const others = unitsAround(mount).filter((unit) => !shown.some(({ Id }) => Id === unit));
    const bound = (others.length === 0 ? [] : await observeUnitProperties(system, others, asked)).filter((unit) =>
      needs(unit, mount, mountPoint),
    );
    const running = new Map([...shown, ...bound].filter(isRunning).map((unit) => [unit.Id ?? '', unit]));
    return [...running].map(([name, { Transient }]) => ({ name, isTransient: Transient === 'yes' }));
  } catch (error) {
    system.journal.warn(`cannot tell which services use ${mountPoint}: ${describeError(error)}`);
    return [];
  }
}

/** Where systemd does not run, those that have a script; `status` ends with 0 for what runs (LSB, Init Script Actions). */
async function runningScripts(system: System, units: readonly string[]): Promise<MountUnit[]> {
  const options = { timeoutSeconds: answerSeconds, acceptExitCodes: [1, 2, 3, 4] };
  const caller = await scriptCaller(system);
  const running: MountUnit[] = [];
  for (const unit of new Set(units)) {
    const name = unit.replace(/\.service$/, '');
    if ((await system.files.status(`/etc/init.d/${name}`))?.type !== 'file') continue;
    const output = await system.processes.run(caller, [name, 'status'], options).catch(() => undefined);
    if (output?.exitCode === 0) running.push({ name: unit, isTransient: false });
  }
  return running;
}

/** One name a line; what follows a `#` is for people, `.service` is understood, and what is not a name of a unit is left out. */
export function parseServices(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .map((name) => (/\.(?:service|socket|timer|path)$/.test(name) ? name : `${name}.service`))
    .filter((name) => unitName.test(name));
}

async function readAdminsServices(system: System, mountPoint: string): Promise<string[]> {
  const path = `${servicesFolder}/${mountPoint.split('/').at(-1)}`;
  if ((await system.files.status(path)) === undefined) return [];
  const unsafe = await unsafePart(system, path);
  if (unsafe === undefined) return parseServices((await system.files.read(path)) ?? '');
  system.journal.error(`${path} is not read: ${unsafe} must be root's, and nobody else may write it`);
  return [];
}

/** Another disk's folder may have the same name, so its file is not read. */
async function readAssignedServices(system: System, assignment: string): Promise<string[]> {
  const { valid } = await readAssignments(system);
  return parseServices(valid.find(({ name }) => name === assignment)?.services.join('\n') ?? '');
}

const needers = ['RequiredBy', 'BoundBy', 'RequisiteOf'] as const;

const asked = ['Id', 'LoadState', 'ActiveState', 'Transient', 'RequiresMountsFor', ...needers, 'Before'];

/**
 * Units that may need the mount. RequiresMountsFor= of a unit gives a mount without a file of its own nothing but an order
 * (systemd 252: `RequiredBy=` stays empty, `Before=` names the unit), and so do units that have no need of it.
 */
function unitsAround(mount: UnitProperties | undefined): string[] {
  const names = [...needers, 'Before'].flatMap((property) => wordsOf(mount, property));
  return [...new Set(names.filter((name) => unitName.test(name)))];
}

function needs(unit: UnitProperties, mount: UnitProperties | undefined, mountPoint: string): boolean {
  const isBound = needers.some((property) => wordsOf(mount, property).includes(unit.Id ?? ''));
  const paths = wordsOf(unit, 'RequiresMountsFor');
  return isBound || paths.some((path) => path === mountPoint || path.startsWith(`${mountPoint}/`));
}

function wordsOf(unit: UnitProperties | undefined, property: string): string[] {
  return unit?.[property]?.split(' ') ?? [];
}

function isRunning({ LoadState, ActiveState }: UnitProperties): boolean {
  return LoadState === 'loaded' && ['active', 'activating', 'reloading'].includes(ActiveState ?? '');
}
