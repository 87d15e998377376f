import { z } from 'zod';
import { parseAddress } from '../../core/text/ip-address.ts';
import { prefixLengthOf } from '../../core/text/netmask.ts';
import type { PartReader } from '../machine-config/part-reader.ts';
import type { DescribedNetwork } from '../network-config/description.ts';
import type { Route } from '../network-config/model.ts';
import { LinkNetworks, toRoute } from './link-networks-of.ts';

type Path = readonly PropertyKey[];

const ip = z.string().refine((text) => parseAddress(text) !== undefined, 'is not an IPv4 or IPv6 address');
const route = z
  .object({
    network: z.string().nullish(),
    destination: z.string().nullish(),
    netmask: z.string().nullish(),
    gateway: ip.nullish(),
  })
  .transform(({ network, destination, netmask, gateway }, ctx) => {
    const to = destination ?? network ?? '';
    const beaten = [
      ...(destination && network ? [{ key: 'network', by: 'destination' }] : []),
      ...(netmask && isOtherMask(to, netmask) ? [{ key: 'netmask', by: 'a prefix length' }] : []),
    ];
    return { beaten, drawn: toRoute(netmask && !to.includes('/') ? `${to}/${maskOf(to, netmask)}` : to, gateway, ctx) };
  });

/** One item of `subnets`. */
export const subnet = z.object({
  type: z.string(),
  address: z.string().nullish(),
  netmask: z.string().nullish(),
  gateway: ip.nullish(),
  routes: z.array(route).max(256).nullish(),
  dns_nameservers: z.union([ip.transform((text) => [text]), z.array(ip).max(16)]).nullish(),
});

type Subnet = z.output<typeof subnet>;

interface OfLink {
  readonly link: string;
  /** Of the link among all. */
  readonly position: number;
  readonly path: Path;
  readonly reader: PartReader;
}

/** The networks that a link takes part in; undefined where one of them has a mistake. */
export function subnetNetworks(
  subnets: readonly Subnet[],
  { link, position, path, reader }: OfLink,
): DescribedNetwork[] | undefined {
  const nameservers = subnets.flatMap((each) => each.dns_nameservers ?? []);
  const drawn = new LinkNetworks(link, position, nameservers);
  const routes: Route[] = [];
  for (const [index, each] of subnets.entries()) {
    const at = [...path, 'subnets', index];
    if (!addSubnet(drawn, each)) {
      reader.mistake(at, 'is not a network that is known here');
      return undefined;
    }
    nameBeaten(each, at, reader);
    routes.push(...(each.routes ?? []).map(({ drawn: found }) => found), ...gatewayRoute(each.gateway));
  }
  return drawn.draw(routes, path, reader);
}

function nameBeaten({ type, address, netmask, routes }: Subnet, path: Path, reader: PartReader): void {
  const isStatic = type === 'static' || type === 'static6';
  if (!isStatic && address) reader.nameBeaten([...path, 'address'], `the type ${type}`);
  if (!isStatic && netmask) reader.nameBeaten([...path, 'netmask'], `the type ${type}`);
  if (isStatic && netmask && isOtherMask(address ?? '', netmask))
    reader.nameBeaten([...path, 'netmask'], 'a prefix length');
  for (const [index, { beaten }] of (routes ?? []).entries()) {
    for (const { key, by } of beaten) reader.nameBeaten([...path, 'routes', index, key], by);
  }
}

function addSubnet(drawn: LinkNetworks, { type, address, netmask }: Subnet): boolean {
  switch (type) {
    case 'dhcp':
    case 'dhcp4':
      drawn.addDhcp('ipv4');
      return true;
    case 'dhcp6':
    case 'ipv6_dhcpv6-stateful':
      drawn.addDhcp('ipv6');
      return true;
    case 'ipv6_slaac':
    case 'ipv6_dhcpv6-stateless':
      drawn.addAdvertised(type === 'ipv6_dhcpv6-stateless');
      return true;
    case 'static':
    case 'static6':
      return drawn.addStatic(address ?? '', address?.includes('/') ? undefined : (netmask ?? undefined));
    case 'manual':
      return true;
    default:
      return false;
  }
}

function gatewayRoute(gateway: string | null | undefined): Route[] {
  if (!gateway) return [];
  return [{ destination: gateway.includes(':') ? '::' : '0.0.0.0', prefixLength: 0, gateway }];
}

function maskOf(destination: string, netmask: string): string {
  const family = parseAddress(destination)?.family;
  return family === undefined ? netmask : String(prefixLengthOf(netmask, family) ?? netmask);
}

/** Whether the text brings a prefix length, which wins, and the mask says another. */
function isOtherMask(text: string, netmask: string): boolean {
  const [address = '', suffix] = text.split('/');
  return suffix !== undefined && maskOf(address, netmask) !== suffix;
}
