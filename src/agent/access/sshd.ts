import type { System } from '../../core/system/system.ts';

export interface SshdFacts {
  /** Text of the main file; undefined where no sshd is installed. */
  readonly main: string | undefined;
  /** Whether the main file reads those of sshd_config.d, outside a Match block. */
  readonly includesDropIns: boolean;
  /** Texts of the others' drop-ins. */
  readonly dropIns: readonly string[];
  readonly ours: string | undefined;
  /** `ssh.service` on Debian and its kin, `sshd.service` elsewhere. */
  readonly unit: string;
}

const folder = '/etc/ssh/sshd_config.d';
const ownName = '90-gandi.conf';

/** The main file; SUSE has the distribution's in /usr/etc until the admin makes one. */
export const sshdMainFiles = ['/etc/ssh/sshd_config', '/usr/etc/ssh/sshd_config'] as const;

/** Where the server is. Some distributions have /usr/sbin as a link to /usr/bin. */
export const sshdPrograms = ['/usr/sbin/sshd', '/usr/bin/sshd'] as const;

export async function observeSshd(system: System): Promise<SshdFacts> {
  const { files } = system;
  const texts = await Promise.all(sshdMainFiles.map((path) => files.read(path)));
  const main = texts.find((text) => text !== undefined);
  const names = (await files.list(folder)).filter((name) => name.endsWith('.conf') && name !== ownName);
  const dropIns = await Promise.all(names.map((name) => files.read(`${folder}/${name}`)));
  return {
    main,
    includesDropIns: includes(main ?? ''),
    dropIns: dropIns.filter((text) => text !== undefined),
    ours: await files.read(`${folder}/${ownName}`),
    unit: await observeSshdUnit(system),
  };
}

/** `ssh.service` on Debian and its kin, `sshd.service` elsewhere. */
export async function observeSshdUnit({ files }: System): Promise<string> {
  const debianUnits = ['/lib/systemd/system/ssh.service', '/usr/lib/systemd/system/ssh.service'];
  const found = await Promise.all(debianUnits.map((path) => files.status(path)));
  return found.some((unit) => unit !== undefined) ? 'ssh.service' : 'sshd.service';
}

function includes(main: string): boolean {
  const global = main.split(/^[ \t]*match\s/im)[0] ?? '';
  return /^[ \t]*include\s.*sshd_config\.d\//im.test(global);
}
