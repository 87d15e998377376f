import type { Clock } from './clock.ts';
import { openClock } from './clock.ts';
import type { Files } from './files.ts';
import { openFiles } from './files.ts';
import type { Journal } from './journal.ts';
import type { Processes } from './processes.ts';
import { openProcesses } from './processes.ts';

/** The only doors to the outside: everything that reads or changes the machine goes through one of these four. */
export interface System {
  /** `/`, or the folder that holds the tree of a machine that is not running. */
  readonly root: string;
  readonly files: Files;
  readonly processes: Processes;
  readonly journal: Journal;
  readonly clock: Clock;
  /** systemd.exec(5), CREDENTIALS_DIRECTORY: secrets that systemd hands to this process; undefined where it hands none. */
  readonly credentialsFolder?: string | undefined;
}

/** True where live state (the kernel's host name, swap, mounts) is ours to change; false on an image tree under `--root`. */
export function isRunningMachine(system: Pick<System, 'root'>): boolean {
  return system.root === '/';
}

/** sd_booted(3): whether systemd runs this machine, and is not merely installed on it. */
export async function isRunBySystemd({ files }: System): Promise<boolean> {
  return (await files.status('/run/systemd/system')) !== undefined;
}

/**
 * The program that calls a script of /etc/init.d where systemd does not run, given its name and a verb: rc-service(8)
 * where OpenRC does, which keeps its state in /run/openrc, and service(8) elsewhere.
 */
export async function scriptCaller({ files }: System): Promise<'rc-service' | 'service'> {
  return (await files.status('/run/openrc')) === undefined ? 'service' : 'rc-service';
}

export function openSystem(root: string, journal: Journal): System {
  const doors = { files: openFiles(root), processes: openProcesses(journal), journal, clock: openClock() };
  return { root, ...doors, credentialsFolder: process.env.CREDENTIALS_DIRECTORY || undefined };
}
