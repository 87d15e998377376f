import type { DemoteDefaultRoute, ForgetRouting, RouteBySource } from '../action/action.ts';
import type { System } from '../../core/system/system.ts';

/** Before the rules of the main table, 32766, and behind those that a VPN client puts first of all. */
const priority = '32000';

/** ip-rule(8), ip-route(8). First the routes: a rule that leads to an empty table changes nothing, but nothing is sent astray. */
export async function routeBySource(action: RouteBySource, system: System): Promise<void> {
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

export async function forgetRouting({ table }: ForgetRouting, system: System): Promise<void> {
  await removeRules(table, system);
}

/** First the route in its new place, so that the link is never without it. */
export async function demoteDefaultRoute(action: DemoteDefaultRoute, { processes }: System): Promise<void> {
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
