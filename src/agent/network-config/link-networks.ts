import { type Family, isInside, parseAddress, parseNetwork } from '../../core/text/ip-address.ts';
import {
  isDefaultRoute,
  type LinkNetwork,
  type NetworkLink,
  type NetworkModel,
  type Route,
  type StaticNetwork,
} from './model.ts';

/** What renderers ask of a link. */
export function staticNetworks({ networks }: NetworkLink, family: Family): StaticNetwork[] {
  return networks.filter((network) => network.method === 'static').filter((network) => network.family === family);
}

export function addressesOf(link: NetworkLink, family: Family): string[] {
  return staticNetworks(link, family).map(({ address, prefixLength }) => `${address}/${prefixLength}`);
}

export function usesDhcp({ networks }: NetworkLink, family: Family): boolean {
  return networks.some((network) => network.method === 'dhcp' && network.family === family);
}

export function isAdvertised({ networks }: NetworkLink): boolean {
  return networks.some(({ method }) => method === 'advertised');
}

export function hasFamily({ networks }: NetworkLink, family: Family): boolean {
  return networks.some((network) => network.family === family);
}

export function routesOf({ networks }: NetworkLink, family: Family): Route[] {
  return networks.filter((network) => network.family === family).flatMap(({ routes }) => routes);
}

/** The gateway of the static default route. */
export function gatewayOf(link: NetworkLink, family: Family): string | undefined {
  return routesOf(link, family).find(isDefaultRoute)?.gateway ?? undefined;
}

/**
 * True for a gateway that no network of the link holds, as with /32: the kernel takes such a route only if it is told
 * that the gateway is on the link. Link-local addresses are on every link.
 */
export function needsOnLink(link: NetworkLink, gateway: string): boolean {
  const address = parseAddress(gateway);
  if (address === undefined || /^fe[89ab]/.test(address.text)) return false;
  const networks = addressesOf(link, address.family).flatMap((text) => parseNetwork(text) ?? []);
  return !networks.some((network) => network.prefixLength < fullLength[address.family] && isInside(address, network));
}

/** Whether the machine's way out leads, or may lead, over the link. */
export function mayCarryDefaultRoute({ networks }: NetworkLink): boolean {
  return networks.some((network) => network.method !== 'static' || network.routes.some(isDefaultRoute));
}

export function nameserversOf({ networks }: NetworkLink): string[] {
  return networks.flatMap(({ nameservers }: LinkNetwork) => nameservers);
}

/** Name servers for formats that know them by link only: those of the machine go with the default route, else with the first link. Each is there once. */
export function serversFor(link: NetworkLink, { links, nameservers }: NetworkModel): string[] {
  const first = links.find((each) => each.networks.some(({ routes }) => routes.some(isDefaultRoute))) ?? links[0];
  return [...new Set([...nameserversOf(link), ...(link === first ? nameservers : [])])];
}

const fullLength: Record<Family, number> = { ipv4: 32, ipv6: 128 };
