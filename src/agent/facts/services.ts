import { isRunBySystemd, type System } from '../../core/system/system.ts';

type Init = 'systemd' | 'sysvinit' | 'openrc';

/** Our services, as whatever starts services on this machine knows them. */
export interface Services {
  readonly init: Init;
  /** Names without a suffix (`gandi-mount`) of those that start at boot. */
  readonly enabled: ReadonlySet<string>;
  /** Those that an admin masked, which only systemd has. */
  readonly masked: ReadonlySet<string>;
}

const units = '/etc/systemd/system';

/** Reads only links: systemctl(1), update-rc.d(8) and rc-update(8) each enable a service by one. */
export async function observeServices(system: System): Promise<Services> {
  const init = await observeInit(system);
  return { init, enabled: new Set(await enabledBy[init](system)), masked: await observeMasked(system) };
}

async function observeInit(system: System): Promise<Init> {
  if (await isRunBySystemd(system)) return 'systemd';
  if ((await system.files.list('/etc/runlevels')).length > 0) return 'openrc';
  // A line that is not a comment: machines with systemd may have a file that says that it is not read.
  const inittab = (await system.files.read('/etc/inittab')) ?? '';
  return /^[^#\n]*:sysinit:/m.test(inittab) ? 'sysvinit' : 'systemd';
}

const enabledBy: Readonly<Record<Init, (system: System) => Promise<string[]>>> = {
  systemd: async (system) => {
    const names = await namesIn(system, [`${units}/multi-user.target.wants`, `${units}/paths.target.wants`]);
    return names.map(withoutSuffix);
  },
  sysvinit: async (system) => {
    const links = await namesIn(system, ['/etc/rcS.d', '/etc/rc2.d']);
    return links.filter((name) => /^S\d\d/.test(name)).map((name) => name.slice(3));
  },
  openrc: async (system) => {
    const levels = await system.files.list('/etc/runlevels');
    return namesIn(
      system,
      levels.map((level) => `/etc/runlevels/${level}`),
    );
  },
};

async function observeMasked({ files }: System): Promise<Set<string>> {
  const own = (await files.list(units)).filter((name) => name.startsWith('gandi-'));
  const targets = await Promise.all(own.map((name) => files.linkTarget(`${units}/${name}`)));
  return new Set(own.filter((_, index) => targets[index] === '/dev/null').map(withoutSuffix));
}

async function namesIn({ files }: System, folders: readonly string[]): Promise<string[]> {
  return (await Promise.all(folders.map((folder) => files.list(folder)))).flat();
}

function withoutSuffix(name: string): string {
  return name.replace(/\.(service|path)$/, '');
}
