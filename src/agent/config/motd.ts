import type { System } from '../../core/system/system.ts';

export interface MotdFacts {
  /** /etc/gandi/motd */
  readonly adminText: string | undefined;
  /** Whether this machine makes its message of the parts in /etc/update-motd.d. */
  readonly hasParts: boolean;
  /** Our part. */
  readonly part: string | undefined;
  readonly motd: string | undefined;
}

export async function observeMotd({ files }: System): Promise<MotdFacts> {
  return {
    adminText: await files.read('/etc/gandi/motd'),
    hasParts: (await files.status('/etc/update-motd.d'))?.type === 'directory',
    part: await files.read('/etc/update-motd.d/50-gandi'),
    motd: await files.read('/etc/motd'),
  };
}
