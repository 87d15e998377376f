import { ifRegular } from '../../core/system/if-regular.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import { observeUnitProperties } from '../../core/system/unit-properties.ts';

/** Programs that say which links they have. Those of wicked and network-scripts are not asked. */
export type LinkOwner = 'ifupdown' | 'networkd' | 'NetworkManager';

/** Who has a link; undefined for a program that cannot say, as one that does not run. */
export type LinkOwnership = Readonly<Record<LinkOwner, boolean | undefined>>;

const units = { networkd: 'systemd-networkd.service', NetworkManager: 'NetworkManager.service' } as const;
type Service = keyof typeof units;

// Answers took 6 to 20 ms (networkctl of systemd 252, nmcli 1.42).
const answerSeconds = 5;

/**
 * Asks the tools of the services that run, and reads the state of ifupdown, which has no service (FILES of ifup(8)). A service that
 * does not run is not asked: networkctl would say of each link that it is unmanaged.
 */
export async function observeLinkOwnership(system: System, link: string): Promise<LinkOwnership> {
  const [ifstate, running] = await Promise.all([
    ifRegular(system.files.read('/run/network/ifstate')),
    observeRunning(system),
  ]);
  const [networkd, networkManager] = await Promise.all([
    running.has('networkd') ? askNetworkd(system, link) : undefined,
    running.has('NetworkManager') ? askNetworkManager(system, link) : undefined,
  ]);
  return {
    ifupdown: ifstate?.split('\n').some((line) => line.split('=')[0] === link),
    networkd,
    NetworkManager: networkManager,
  };
}

async function observeRunning(system: System): Promise<ReadonlySet<Service>> {
  if (!isRunningMachine(system)) return new Set();
  const names = Object.keys(units) as Service[];
  const states = await observeUnitProperties(system, Object.values(units), ['ActiveState']).catch(() => []);
  return new Set(names.filter((_, index) => states[index]?.ActiveState === 'active'));
}

/** networkctl(1), `list`: IDX, LINK, TYPE, OPERATIONAL and SETUP. */
async function askNetworkd(system: System, link: string): Promise<boolean | undefined> {
  const answer = await ask(system, 'networkctl', ['--no-pager', '--no-legend', 'list', '--', link]);
  const setup = answer?.trim().split(/\s+/).at(4);
  if (setup === undefined || setup === '-' || setup === 'n/a') return undefined;
  return !['unmanaged', 'pending', 'initialized'].includes(setup);
}

/** NMDeviceState of NetworkManager's D-Bus interface, by its number: 10 is unmanaged, 0 unknown. */
async function askNetworkManager(system: System, link: string): Promise<boolean | undefined> {
  const answer = await ask(system, 'nmcli', ['--terse', '--fields', 'GENERAL.STATE', 'device', 'show', link]);
  const state = /^GENERAL\.STATE:(\d+)/.exec(answer ?? '')?.[1];
  if (state === undefined || state === '0') return undefined;
  return state !== '10';
}

/** Undefined where nobody answers: nothing is said about a link then. */
async function ask({ processes }: System, tool: string, args: readonly string[]): Promise<string | undefined> {
  const answer = await processes.run(tool, args, { timeoutSeconds: answerSeconds }).catch(() => undefined);
  return answer?.stdout;
}
