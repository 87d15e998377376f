import type { z } from 'zod';
import { type Family, parseAddress } from '../../core/text/ip-address.ts';
import { prefixLengthOf } from '../../core/text/netmask.ts';
import type { PartReader } from '../machine-config/part-reader.ts';
import type { DescribedNetwork } from '../network-config/description.ts';
import { isDefaultRoute, type LinkNetwork, type Route } from '../network-config/model.ts';

/** The networks of one link, as a source lists them: addresses, ways to get one, and routes that belong to them all. */
export class LinkNetworks {
  readonly #link: string;
  readonly #position: number;
  readonly #nameservers: readonly string[];
  #found: LinkNetwork[] = [];

  /** @param position of the link among those of its source: links are drawn in this order */
  constructor(link: string, position: number, nameservers: readonly string[]) {
    this.#link = link;
    this.#position = position;
    this.#nameservers = nameservers;
  }

  /** @param text address and prefix length, `192.0.2.10/24`; @returns whether it is one */
  addStatic(text: string, mask?: string): boolean {
    const [address = '', suffix] = text.split('/');
    const family = parseAddress(address)?.family;
    const prefixLength = family === undefined ? undefined : prefixLengthOf(mask ?? suffix ?? '', family);
    if (family === undefined || prefixLength === undefined) return false;
    this.#found.push({ method: 'static', family, address, prefixLength, routes: [], nameservers: [] });
    return true;
  }

  addDhcp(family: Family): void {
    this.#found.push({ method: 'dhcp', family, routes: [], nameservers: [] });
  }

  /** @param informationByDhcp everything but the address by DHCPv6 */
  addAdvertised(informationByDhcp = false): void {
    this.#found.push({ method: 'advertised', family: 'ipv6', informationByDhcp, routes: [], nameservers: [] });
  }

  /**
   * All of them, with their routes. A route goes with the first network of its family, the name servers with the first of all;
   * where there is none, it is left out and named.
   */
  draw(routes: readonly Route[], path: readonly PropertyKey[], reader: PartReader): DescribedNetwork[] {
    for (const route of routes) this.#addRoute(route, path, reader);
    if (this.#found.length === 0 && this.#nameservers.length > 0) {
      reader.warn([...path, 'nameservers'], 'was left out: the link has no network');
    }
    return this.#found.map((network, index) => ({
      id: `${pad(this.#position)} ${pad(index)}`,
      link: this.#link,
      address: network.method === 'static' ? network.address : null,
      gateway: network.family === 'ipv4' ? (network.routes.find(isDefaultRoute)?.gateway ?? null) : null,
      isBesideAdvertisements: false,
      network: index === 0 ? { ...network, nameservers: this.#nameservers } : network,
    }));
  }

  #addRoute(route: Route, path: readonly PropertyKey[], reader: PartReader): void {
    const { destination, prefixLength } = route;
    const family = parseAddress(destination)?.family;
    const at = this.#found.findIndex((network) => network.family === family);
    if (at === -1) {
      const name = `the route to ${destination}/${prefixLength}`;
      reader.warn(path, `${name} was left out: the link has no network of its family`);
    }
    this.#found = this.#found.map((network, index) =>
      index === at ? { ...network, routes: [...network.routes, route] } : network,
    );
  }
}

/** `default`, `192.0.2.0/24` or only an address. */
export function toRoute(to: string, via: string | null | undefined, ctx: z.RefinementCtx): Route {
  const text = to === 'default' ? (via?.includes(':') ? '::/0' : '0.0.0.0/0') : to;
  const [destination = '', suffix] = text.split('/');
  const family = parseAddress(destination)?.family;
  const full = family === 'ipv4' ? '32' : '128';
  const prefixLength = family === undefined ? undefined : prefixLengthOf(suffix ?? full, family);
  if (prefixLength !== undefined) return { destination, prefixLength, gateway: via ?? null };
  ctx.addIssue({ code: 'custom', message: 'is not a route to an IPv4 or IPv6 network' });
  return { destination: '', prefixLength: 0, gateway: null };
}

function pad(number: number): string {
  return String(number).padStart(3, '0');
}
