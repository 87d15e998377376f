import { isRunningMachine, type System } from '../../core/system/system.ts';
import { bootEndedPath } from '../stage/run-folder.ts';
import { observeRealTimeClock } from './real-time-clock.ts';

/** The types that `ssh-keygen -A` makes, ssh-keygen(1); the file is named after the type. */
const hostKeyTypes = ['rsa', 'ecdsa', 'ed25519'] as const;

export type HostKeyType = (typeof hostKeyTypes)[number];

/** How sshd comes to its host keys. */
export interface HostKeyUse {
  /** Files that sshd is told to have its keys from (HostKey of sshd_config(5)); empty where it looks for those of all types. */
  readonly chosenHostKeys: readonly string[];
  /** The unit of sshd, which has to be told of a key that it did not start with. */
  readonly sshdUnit: string;
}

/** What makes this machine another one than its siblings of the same image. */
export interface IdentityFacts extends HostKeyUse {
  readonly hasSshServer: boolean;
  /** Host keys that are missing or empty; a power cut in the middle of their creation leaves empty ones. */
  readonly missingHostKeys: readonly HostKeyType[];
  /** The kernel allows approved cryptography only, ed25519 not among it: /proc/sys/crypto/fips_enabled. */
  readonly isFips: boolean;
  /** The image says of itself that it is copied. */
  readonly isTemplate: boolean;
  /** What every copy of a template would have alike, of those that are there. */
  readonly copiedFiles: readonly string[];
  /** D-Bus has a copy of its own, and no link to /etc/machine-id. */
  readonly dbusHasOwnId: boolean;
  /** The work of its boot has ended. A copy of which that is true goes on from the memory of its template. */
  readonly hasBooted: boolean;
  /** How far the machine's clock is behind that of the platform, in seconds; null where that is not known, and in a boot. */
  readonly secondsBehind: number | null;
}

export const templateMark = '/etc/gandi/template';
export const machineIdPath = '/etc/machine-id';
export const dbusIdPath = '/var/lib/dbus/machine-id';

export function hostKeyPath(type: HostKeyType): string {
  return `/etc/ssh/ssh_host_${type}_key`;
}

export async function observeIdentity(system: System, use: HostKeyUse): Promise<IdentityFacts> {
  const { files } = system;
  const isThere = async (path: string) => (await files.status(path)) !== undefined;
  const hasBooted = isRunningMachine(system) && (await isThere(bootEndedPath));
  return {
    hasSshServer: (await isThere('/usr/sbin/sshd')) || (await isThere('/usr/bin/sshd')),
    missingHostKeys: await filterAsync(hostKeyTypes, async (type) => !(await files.status(hostKeyPath(type)))?.size),
    ...use,
    isFips: (await files.read('/proc/sys/crypto/fips_enabled').catch(() => undefined))?.trim() === '1',
    isTemplate: await isThere(templateMark),
    copiedFiles: await observeCopiedFiles(system),
    dbusHasOwnId: await dbusHasOwnId(system),
    hasBooted,
    secondsBehind: hasBooted ? await secondsBehind(system) : null,
  };
}

/** Whether D-Bus has a file of its own, and no link to /etc/machine-id. */
export async function dbusHasOwnId({ files }: System): Promise<boolean> {
  return (await files.status(dbusIdPath))?.type === 'file';
}

/** Host keys, public halves and certificates of any type, and the seed of random numbers: paths of those that are there. */
export async function observeCopiedFiles({ files }: System): Promise<string[]> {
  const hostKeys = (await files.list('/etc/ssh')).filter((name) => /^ssh_host_\w+_key(\.pub|-cert\.pub)?$/.test(name));
  const copied = [...hostKeys.map((name) => `/etc/ssh/${name}`), '/var/lib/systemd/random-seed'];
  return filterAsync(copied, async (path) => (await files.status(path)) !== undefined);
}

async function filterAsync<T>(items: readonly T[], isWanted: (item: T) => Promise<boolean>): Promise<T[]> {
  const answers = await Promise.all(items.map(isWanted));
  return items.filter((_, index) => answers[index]);
}

async function secondsBehind(system: System): Promise<number | null> {
  const time = await observeRealTimeClock(system);
  return time === undefined ? null : time - system.clock.now().getTime() / 1000;
}
