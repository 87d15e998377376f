import type { Action, Step } from './actions.ts';
import type { NicRecord } from './nic-records.ts';
import type { IpState } from './ip-state.ts';
import type { Flags } from '../flags/flag-table.ts';
import { networkOf } from '../../core/text/network-of.ts';
import type { Nic, NicFacts } from './nic-facts.ts';

/** For every interface but the first: it answers ARP for its own addresses alone, and takes what comes in by another way than answers leave. */
const secondarySettings: Readonly<Record<string, string>> = { arp_announce: '2', arp_filter: '0', rp_filter: '0' };

/** Numbers of routing tables that are the agent's: this and the kernel's number of the link. */
const firstTable = 86_000;

export function tableOf({ index }: Pick<NicRecord, 'index'>): number {
  return firstTable + index;
}

/** What keeps a secondary NIC from drawing traffic to itself that is not its own; nothing is ever done to another link. */
export function planRouting(nic: Nic, facts: NicFacts, flags: Flags): Step[] {
  if (nic.name === firstNic(facts)) return [];
  return [
    { name: `ARP of ${nic.name}`, actions: planSettings(nic) },
    { name: `default route of ${nic.name}`, actions: planDefaultRoute(nic, facts) },
    { name: `answers of ${nic.name}`, actions: flags.CONFIG_POLICY_ROUTING ? planSources(nic, facts) : [] },
  ];
}

export function planForgetRouting(record: NicRecord, { sourcesByTable }: IpState): Action[] {
  const table = tableOf(record);
  return sourcesByTable.has(table) ? [{ kind: 'forget-routing', table }] : [];
}

/** The NIC that carries the machine's own traffic. */
export function firstNic({ links }: NicFacts): string | undefined {
  return links.find(({ physical }) => physical)?.name;
}

function planSettings({ name, settings }: Nic): Action[] {
  const wrong = Object.entries(secondarySettings).filter(
    ([key, value]) => settings[key] !== undefined && settings[key] !== value,
  );
  return wrong.length === 0 ? [] : [{ kind: 'set-link-settings', link: name, settings: Object.fromEntries(wrong) }];
}

/**
 * The default route stays with the first NIC that has one. Only a route by this NIC is touched, and only if it came in
 * front of that of another NIC: one by a tunnel is somebody's decision.
 */
function planDefaultRoute({ name }: Nic, { ip, links }: NicFacts): Action[] {
  const own = ip.defaultRoutes.find(({ device }) => device === name);
  const isNic = (device: string) => links.some((link) => link.physical && link.name === device);
  const first = ip.defaultRoutes.filter(({ device }) => device !== name && isNic(device));
  const ahead = first.find(({ device }) => indexOf(device, links) < indexOf(name, links));
  if (own === undefined || own.gateway === null || ahead === undefined) return [];
  const isInFront = ip.defaultRoutes.indexOf(own) < ip.defaultRoutes.indexOf(ahead);
  if (!isInFront) return [];
  const to = Math.max(...ip.defaultRoutes.map(({ metric }) => metric)) + 1;
  return [{ kind: 'demote-default-route', link: name, gateway: own.gateway, from: own.metric, to }];
}

function indexOf(device: string, links: NicFacts['links']): number {
  return links.find(({ name }) => name === device)?.index ?? 0;
}

function planSources(nic: Nic, { ip, source }: NicFacts): Action[] {
  const table = tableOf(nic);
  const sources = ip.addresses.map(({ address, prefixLength }) => ({
    address,
    network: networkOf(address, prefixLength),
  }));
  const now = ip.sourcesByTable.get(table) ?? [];
  const isDone = sources.length === now.length && sources.every(({ address }) => now.includes(address));
  if (sources.length === 0 || isDone) return [];
  const gateway =
    ip.defaultRoutes.find(({ device }) => device === nic.name)?.gateway ?? source.gateways.get(nic.name) ?? null;
  return [{ kind: 'route-by-source', link: nic.name, table, sources, gateway }];
}
