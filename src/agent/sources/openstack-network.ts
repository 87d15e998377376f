import { z } from 'zod';
import type { PartReader } from '../machine-config/part-reader.ts';
import type { DescribedLink, DescribedNetwork, NetworkDescription } from '../network-config/description.ts';
import { isDefaultRoute, type LinkNetwork, type Route } from '../network-config/model.ts';
import { parseAddress } from '../../core/text/ip-address.ts';
import { prefixLengthOf } from '../../core/text/netmask.ts';
import { linkId, readLink } from './openstack-link.ts';

type Path = readonly PropertyKey[];

// Kept as it is written: IPv6 has many spellings, and a cloud's own is what its people look for in the files.
const address = z.string().refine((text) => parseAddress(text) !== undefined, 'is not an IPv4 or IPv6 address');
/** Clouds write an empty text for nothing. */
const gateway = z.preprocess((value) => (value === '' ? null : value), address.nullish());
const netmask = z.union([z.string(), z.int().transform(String)]).nullish();
const service = z.object({ type: z.string(), address: z.string().nullish() });
const services = z.array(service).max(64).nullish();
const routeKeys = z.object({ network: z.string(), netmask, gateway });
const route = routeKeys.transform(toRoute);

const network = z
  .object({
    id: linkId,
    link: linkId,
    type: z.string(),
    ip_address: z.string().nullish(),
    netmask,
    gateway,
    routes: z.array(route).max(256).nullish(),
    services,
  })
  .transform(toNetwork);

const maximalItems = 256;

/**
 * The JSON of network_data.json, and of the `network_info` that other clouds put elsewhere: each link and each network is a
 * part. Keys that are not known are left out, as each cloud adds its own.
 */
export function readNetworkData(value: unknown, path: Path, reader: PartReader): NetworkDescription {
  const top = reader.object(value, path);
  const links = readLinks(top.links, [...path, 'links'], reader);
  const networks = reader
    .list(top.networks, [...path, 'networks'], maximalItems)
    .map((item, index) => readNetwork(item, [...path, 'networks', index], links, reader));
  const servers = reader.read(services.transform(toServers), top.services, [...path, 'services']);
  return {
    links: [...links.values()].filter((each) => each !== 'not usable'),
    networks: networks.filter((each) => each !== undefined),
    nameservers: servers ?? [],
  };
}

type Links = ReadonlyMap<string, DescribedLink | 'not usable'>;

/** By id. Two of one id: which of them a network means cannot be told, so neither is taken. */
function readLinks(value: unknown, path: Path, reader: PartReader): Links {
  const links = new Map<string, DescribedLink | 'not usable'>();
  reader.list(value, path, maximalItems).forEach((item, index) => {
    const id = idOf(item);
    const link = readLink(item, [...path, index], reader);
    if (id !== undefined && links.has(id)) reader.mistake([...path, index, 'id'], 'is the id of another link too');
    if (id !== undefined) links.set(id, links.has(id) ? 'not usable' : (link ?? 'not usable'));
  });
  return links;
}

function idOf(item: unknown): string | undefined {
  return z.object({ id: linkId }).safeParse(item).data?.id;
}

/** A network of a link that was left out says nothing more: that was told of the link. */
function readNetwork(item: unknown, path: Path, links: Links, reader: PartReader): DescribedNetwork | undefined {
  const found = reader.read(network, item, path);
  if (found === undefined) return undefined;
  const link = links.get(found.link);
  if (link === undefined) reader.mistake([...path, 'link'], 'names no link of this description');
  return link === undefined || link === 'not usable' ? undefined : found;
}

function toRoute(
  { network: text, netmask: mask, gateway: via }: z.output<typeof routeKeys>,
  ctx: z.RefinementCtx,
): Route {
  const [destination = '', suffix] = text.split('/');
  const family = parseAddress(destination)?.family;
  if (family === undefined) return refuse(ctx, 'is not a route to an IPv4 or IPv6 network');
  const prefixLength = prefixLengthOf(mask ?? suffix ?? (family === 'ipv4' ? '32' : '128'), family);
  if (prefixLength === undefined) return refuse(ctx, 'has a netmask that is not one');
  return { destination, prefixLength, gateway: via ?? null };
}

interface NetworkKeys {
  readonly id: string;
  readonly link: string;
  readonly type: string;
  readonly ip_address?: string | null | undefined;
  readonly netmask?: string | null | undefined;
  readonly gateway?: string | null | undefined;
  readonly routes?: Route[] | null | undefined;
  readonly services?: z.output<typeof service>[] | null | undefined;
}

function toNetwork(keys: NetworkKeys, ctx: z.RefinementCtx): DescribedNetwork {
  const settings = { routes: routesOf(keys), nameservers: toServers(keys.services, ctx) };
  const [own = ''] = (keys.ip_address ?? '').split('/');
  return {
    id: keys.id,
    link: keys.link,
    address: parseAddress(own) === undefined ? null : own,
    gateway: settings.routes.find(isDefaultRoute)?.gateway ?? null,
    isBesideAdvertisements: false,
    network: methodOf(keys, settings, ctx),
  };
}

/** Some clouds write the default route as `gateway` of the network, and no route for it. */
function routesOf({ routes, gateway: via }: NetworkKeys): Route[] {
  const listed = routes ?? [];
  if (!via || listed.some(isDefaultRoute)) return listed;
  return [...listed, { destination: via.includes(':') ? '::' : '0.0.0.0', prefixLength: 0, gateway: via }];
}

/** nova/virt/netutils.py writes `ipv6_dhcpv6-stateful`, other clouds `ipv6_dhcpv6_stateful`. */
function methodOf(
  keys: NetworkKeys,
  settings: Pick<LinkNetwork, 'routes' | 'nameservers'>,
  ctx: z.RefinementCtx,
): LinkNetwork {
  switch (keys.type.replaceAll('-', '_')) {
    case 'ipv4':
    case 'ipv6':
      return toStatic(keys, settings, ctx);
    case 'ipv4_dhcp':
      return { ...settings, method: 'dhcp', family: 'ipv4' };
    case 'ipv6_dhcp':
    case 'ipv6_dhcpv6_stateful':
      return { ...settings, method: 'dhcp', family: 'ipv6' };
    case 'ipv6_slaac':
      return { ...settings, method: 'advertised', family: 'ipv6', informationByDhcp: false };
    case 'ipv6_dhcpv6_stateless':
      return { ...settings, method: 'advertised', family: 'ipv6', informationByDhcp: true };
    default:
      return refuse(ctx, `is of a type that is not known: ${JSON.stringify(keys.type)}`);
  }
}

function toStatic(
  { type, ip_address, netmask: mask }: NetworkKeys,
  settings: Pick<LinkNetwork, 'routes' | 'nameservers'>,
  ctx: z.RefinementCtx,
): LinkNetwork {
  const [own = '', suffix] = (ip_address ?? '').split('/');
  const parsed = parseAddress(own);
  if (parsed === undefined || parsed.family !== type) return refuse(ctx, `has no ${type} address`);
  const prefixLength = prefixLengthOf(mask ?? suffix ?? '', parsed.family);
  if (prefixLength === undefined) return refuse(ctx, 'has no netmask, or one that is not one');
  return { ...settings, method: 'static', family: parsed.family, address: own, prefixLength };
}

function toServers(list: z.output<typeof services>, ctx: z.RefinementCtx): string[] {
  const wanted = (list ?? []).filter(({ type }) => type === 'dns').map((each) => each.address ?? '');
  if (wanted.some((text) => parseAddress(text) === undefined)) return refuse(ctx, 'has a name server without address');
  return wanted;
}

function refuse(ctx: z.RefinementCtx, message: string): never {
  ctx.addIssue({ code: 'custom', message });
  return z.NEVER;
}
