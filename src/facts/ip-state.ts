import { z } from 'zod';
import type { System } from '../system/system.ts';

/** An IPv4 address that a link has, with the network that it makes reachable there. */
export interface LinkAddress {
  readonly address: string;
  readonly prefixLength: number;
}

/** A default route of IPv4. Of those with one metric, the kernel uses the first. */
export interface Ipv4DefaultRoute {
  readonly device: string;
  /** Null for a route into a device, such as a tunnel. */
  readonly gateway: string | null;
  readonly metric: number;
}

/** What the kernel does with IPv4 now, as far as one link is concerned. */
export interface IpState {
  readonly addresses: readonly LinkAddress[];
  /** Of the whole machine, in the order in which the kernel prefers them. */
  readonly defaultRoutes: readonly Ipv4DefaultRoute[];
  /** Sources whose answers a table is asked for, by the number of the table. */
  readonly sourcesByTable: ReadonlyMap<number, readonly string[]>;
}

/** ip(8), -json; a machine without iproute2 tells nothing. */
export async function observeIpState(system: System, link: string): Promise<IpState> {
  const [addresses, routes, rules] = await Promise.all([
    ask(system, addressOutput(), ['address', 'show', 'dev', link, 'scope', 'global']),
    ask(system, routeOutput(), ['route', 'show', 'default']),
    ask(system, ruleOutput(), ['rule', 'show']),
  ]);
  return {
    addresses: addresses
      .flatMap(({ addr_info = [] }) => addr_info)
      .flatMap(({ local, prefixlen }) =>
        local === undefined || prefixlen === undefined ? [] : [{ address: local, prefixLength: prefixlen }],
      ),
    defaultRoutes: routes.flatMap(({ dev, gateway = null, metric = 0 }) =>
      dev === undefined ? [] : [{ device: dev, gateway, metric }],
    ),
    sourcesByTable: Map.groupBy(rules, ({ table }) => Number(table))
      .entries()
      .reduce(
        (all, [table, found]) =>
          all.set(
            table,
            found.map(({ src }) => src),
          ),
        new Map<number, string[]>(),
      ),
  };
}

const addressOutput = () =>
  z.object({
    addr_info: z.array(z.object({ local: z.string().optional(), prefixlen: z.number().optional() })).optional(),
  });
const routeOutput = () =>
  z.object({ dev: z.string().optional(), gateway: z.string().optional(), metric: z.number().optional() });
const ruleOutput = () => z.object({ src: z.string(), table: z.string() });

async function ask<T>({ processes }: System, item: z.ZodType<T>, args: readonly string[]): Promise<T[]> {
  const output = await processes.run('ip', ['-4', '-json', ...args]).catch(() => undefined);
  if (output === undefined || output.stdout.trim() === '') return [];
  // A link without addresses is an empty object in some versions: what does not fit is left out.
  const all = z.array(z.unknown()).safeParse(parseJson(output.stdout)).data ?? [];
  return all.flatMap((each) => item.safeParse(each).data ?? []);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return [];
  }
}
