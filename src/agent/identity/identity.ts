import type { System } from '../../core/system/system.ts';

/** The types that `ssh-keygen -A` makes, ssh-keygen(1); the file is named after the type. */
const hostKeyTypes = ['rsa', 'ecdsa', 'ed25519'] as const;

export type HostKeyType = (typeof hostKeyTypes)[number];

/** What makes this machine another one than its siblings of the same image. */
export interface IdentityFacts {
  readonly hasSshServer: boolean;
  /** Host keys that are missing or empty; a power cut in the middle of their creation leaves empty ones. */
  readonly missingHostKeys: readonly HostKeyType[];
  /** The image says of itself that it is copied. */
  readonly isTemplate: boolean;
  /** What every copy of a template would have alike, of those that are there. */
  readonly copiedFiles: readonly string[];
  /** D-Bus has a copy of its own, and no link to /etc/machine-id. */
  readonly dbusHasOwnId: boolean;
}

export const templateMark = '/etc/gandi/template';
export const machineIdPath = '/etc/machine-id';
export const dbusIdPath = '/var/lib/dbus/machine-id';

export function hostKeyPath(type: HostKeyType): string {
  return `/etc/ssh/ssh_host_${type}_key`;
}

export async function observeIdentity(system: System): Promise<IdentityFacts> {
  const { files } = system;
  const isThere = async (path: string) => (await files.status(path)) !== undefined;
  const hostKeys = (await files.list('/etc/ssh')).filter((name) => /^ssh_host_\w+_key(\.pub|-cert\.pub)?$/.test(name));
  const copied = [...hostKeys.map((name) => `/etc/ssh/${name}`), '/var/lib/systemd/random-seed'];
  return {
    hasSshServer: (await isThere('/usr/sbin/sshd')) || (await isThere('/usr/bin/sshd')),
    missingHostKeys: await filterAsync(hostKeyTypes, async (type) => !(await files.status(hostKeyPath(type)))?.size),
    isTemplate: await isThere(templateMark),
    copiedFiles: await filterAsync(copied, isThere),
    dbusHasOwnId: (await files.status(dbusIdPath))?.type === 'file',
  };
}

async function filterAsync<T>(items: readonly T[], isWanted: (item: T) => Promise<boolean>): Promise<T[]> {
  const answers = await Promise.all(items.map(isWanted));
  return items.filter((_, index) => answers[index]);
}
