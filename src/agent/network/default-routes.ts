import { createSocket } from 'node:dgram';
import { z } from 'zod';
import type { DefaultRoute } from './way-out.ts';
import type { System } from '../../core/system/system.ts';

/** RFC 863: whatever is sent there is thrown away. */
const discardPort = 9;

/** The default routes of the running machine, without a look at their gateways. */
export async function readDefaultRoutes(system: System): Promise<Omit<DefaultRoute, 'answers'>[]> {
  return (await Promise.all(families.map((family) => readRoutes(system, family)))).flat();
}

/**
 * The default routes of the running machine, and whether their gateways are there. Each gateway is sent one datagram
 * that means nothing, so that the kernel looks for it (ARP, RFC 826; neighbour discovery, RFC 4861): an answer is known
 * at the next look. A gateway that answers no ping answers this.
 */
export async function observeDefaultRoutes(system: System): Promise<DefaultRoute[]> {
  const routes = await readDefaultRoutes(system);
  return Promise.all(
    routes.map(async (route) => {
      if (route.gateway === null) return { ...route, answers: false };
      await knock(route.gateway, route.device, route.family);
      return { ...route, answers: await isReachable(system, route.gateway, route.device) };
    }),
  );
}

const families = ['ipv4', 'ipv6'] as const;

/** ip-route(8), -json; without iproute2 there are none that we know of. */
async function readRoutes({ processes }: System, family: 'ipv4' | 'ipv6'): Promise<Omit<DefaultRoute, 'answers'>[]> {
  const option = family === 'ipv4' ? '-4' : '-6';
  const output = await processes.run('ip', ['-json', option, 'route', 'show', 'default']).catch(() => undefined);
  const hop = z.object({ gateway: z.string().optional(), dev: z.string().optional() });
  const route = hop.extend({ nexthops: z.array(hop).optional() });
  const parsed = z.array(route).safeParse(parseJson(output?.stdout ?? ''));
  const hops = (parsed.data ?? []).flatMap(({ nexthops, ...own }) => nexthops ?? [own]);
  return hops.flatMap(({ gateway = null, dev }) => (dev === undefined ? [] : [{ family, gateway, device: dev }]));
}

/** ip-neighbour(8): reachable means that it was heard of within the last half minute or so. */
async function isReachable({ processes }: System, gateway: string, device: string): Promise<boolean> {
  const args = ['-json', 'neighbour', 'show', 'to', gateway, 'dev', device];
  const output = await processes.run('ip', args).catch(() => undefined);
  const neighbours = z.array(z.object({ state: z.array(z.string()).optional() }));
  const parsed = neighbours.safeParse(parseJson(output?.stdout ?? ''));
  const states = (parsed.data ?? []).flatMap(({ state = [] }) => state);
  return states.some((state) => ['REACHABLE', 'PERMANENT', 'NOARP'].includes(state));
}

/** What cannot be sent is an answer too: the gateway is then not reachable. */
function knock(gateway: string, device: string, family: 'ipv4' | 'ipv6'): Promise<void> {
  return new Promise((resolve) => {
    const socket = createSocket(family === 'ipv4' ? 'udp4' : 'udp6');
    const end = () => socket.close(() => resolve());
    socket.once('error', end);
    const address = /^fe[89ab]/i.test(gateway) ? `${gateway}%${device}` : gateway;
    socket.send(Buffer.alloc(1), discardPort, address, () => {
      socket.off('error', end);
      end();
    });
  });
}

function parseJson(text: string): unknown {
  try {
    // ip(8) prints nothing where there is nothing.
    return text.trim() === '' ? [] : JSON.parse(text);
  } catch {
    return [];
  }
}
