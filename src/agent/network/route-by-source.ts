import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Has what is sent from these addresses leave by their own link, by a routing table and rules of the agent's. */
export interface RouteBySource {
  readonly kind: 'route-by-source';
  readonly link: string;
  readonly table: number;
  readonly sources: readonly { readonly address: string; readonly network: string }[];
  readonly gateway: string | null;
}

export const routeBySourceKind: ActionKind<RouteBySource> = {
  kind: 'route-by-source',
  describe: (action) =>
    `have answers of ${action.sources.map(({ address }) => address).join(', ')} leave by ${action.link}`,
  apply: routeBySource,
};

/** Takes away the rules of a routing table of ours; its routes went with their link. */
export interface ForgetRouting {
  readonly kind: 'forget-routing';
  readonly table: number;
}

export const forgetRoutingKind: ActionKind<ForgetRouting> = {
  kind: 'forget-routing',
  describe: (action) => `remove the rules of the routing table ${action.table}`,
  apply: forgetRouting,
};

/** Puts a default route behind those of other links, where it came in front of them; it stays for when they are gone. */
export interface DemoteDefaultRoute {
  readonly kind: 'demote-default-route';
  readonly link: string;
  readonly gateway: string;
  readonly from: number;
  readonly to: number;
}

export const demoteDefaultRouteKind: ActionKind<DemoteDefaultRoute> = {
  kind: 'demote-default-route',
  describe: (action) => `put the default route by ${action.link} behind the others`,
  apply: demoteDefaultRoute,
};

/** Before the rules of the main table, 32766, and behind those that a VPN client puts first of all. */
const priority = '32000';

/** ip-rule(8), ip-route(8). First the routes: a rule that leads to an empty table changes nothing, but nothing is sent astray. */
async function routeBySource(action: RouteBySource, system: System): Promise<void> {
  const { link, table, sources, gateway } = action;
  const ip = (...args: string[]) => system.processes.run('ip', ['-4', ...args]);
  for (const { network, address } of sources) {
    await ip('route', 'replace', network, 'dev', link, 'src', address, 'table', String(table));
  }
  if (gateway !== null) {
    await ip('route', 'replace', 'default', 'via', gateway, 'dev', link, 'onlink', 'table', String(table));
  }
  await removeRules(table, system);
  for (const { address } of sources) {
    await ip('rule', 'add', 'from', address, 'lookup', String(table), 'priority', priority);
  }
}

async function forgetRouting({ table }: ForgetRouting, system: System): Promise<void> {
  await removeRules(table, system);
}

/** First the route in its new place, so that the link is never without it. */
async function demoteDefaultRoute(action: DemoteDefaultRoute, { processes }: System): Promise<void> {
  const { link, gateway, from, to } = action;
  const route = ['default', 'via', gateway, 'dev', link, 'metric'];
  await processes.run('ip', ['-4', 'route', 'replace', ...route, String(to)]);
  await processes.run('ip', ['-4', 'route', 'del', ...route, String(from)]);
}

/** One call takes one rule away; status 2 says that there is none left. */
async function removeRules(table: number, { processes }: System): Promise<void> {
  for (let left = 64; left > 0; left -= 1) {
    const { exitCode } = await processes.run('ip', ['-4', 'rule', 'del', 'lookup', String(table)], {
      acceptExitCodes: [1, 2],
    });
    if (exitCode !== 0) return;
  }
}
