import { z } from 'zod';
import { parseAddress } from '../../core/text/ip-address.ts';
import { prefixLengthOf } from '../../core/text/netmask.ts';
import type { PartReader } from '../machine-config/part-reader.ts';
import type { DescribedLink, DescribedNetwork, NetworkDescription } from '../network-config/description.ts';
import { bondModeName } from '../network-config/bond-mode.ts';
import type { Route } from '../network-config/model.ts';
import { LinkNetworks, toRoute } from './link-networks-of.ts';
import { matchOf, nameUnknown } from './network-config-v2.ts';
import { readMtu } from './read-mtu.ts';

type Path = readonly PropertyKey[];

const macAddress = z
  .string()
  .regex(/^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$/, 'is not a MAC address')
  .transform((text) => text.toLowerCase());
const ip = z.string().refine((text) => parseAddress(text) !== undefined, 'is not an IPv4 or IPv6 address');
const oneOrMore = z.union([ip.transform((text) => [text]), z.array(ip).max(16)]);
const route = z
  .object({
    network: z.string().nullish(),
    destination: z.string().nullish(),
    netmask: z.string().nullish(),
    gateway: ip.nullish(),
  })
  .transform(({ network, destination, netmask, gateway }, ctx) => {
    const to = destination ?? network ?? '';
    return toRoute(netmask && !to.includes('/') ? `${to}/${maskOf(to, netmask)}` : to, gateway, ctx);
  });

const subnet = z.object({
  type: z.string(),
  address: z.string().nullish(),
  netmask: z.string().nullish(),
  gateway: ip.nullish(),
  routes: z.array(route).max(256).nullish(),
  dns_nameservers: oneOrMore.nullish(),
});

const item = z.object({
  type: z.string(),
  name: z.string().max(128).nullish(),
  mac_address: macAddress.nullish(),
  mtu: z.unknown().optional(),
  subnets: z.array(subnet).max(64).nullish(),
  vlan_link: z.string().nullish(),
  vlan_id: z.coerce.number().int().min(0).max(4094).nullish(),
  bond_interfaces: z.array(z.string()).max(64).nullish(),
  params: z.record(z.string(), z.unknown()).nullish(),
  address: oneOrMore.nullish(),
});

type Item = z.output<typeof item>;

const word = z.union([z.string().regex(/^[A-Za-z0-9+._-]{1,64}$/), z.int().transform(String)]);

/** Version 1 of cloud-init's network configuration (https://docs.cloud-init.io/en/latest/reference/network-config-format-v1.html). */
export function readNetworkConfigV1(
  top: Readonly<Record<string, unknown>>,
  path: Path,
  reader: PartReader,
): NetworkDescription {
  reader.nameUnknownKeys(top, ['version', 'config'], path);
  const links: DescribedLink[] = [];
  const networks: DescribedNetwork[] = [];
  const nameservers: string[] = [];
  const doubles = new Set<string>();
  reader.list(top.config, [...path, 'config'], 256).forEach((value, index) => {
    const at = [...path, 'config', index];
    nameUnknownOfItem(value, at, reader);
    const found = reader.read(item, value, at);
    if (found === undefined) return;
    if (found.type === 'nameserver') {
      nameservers.push(...(found.address ?? []));
      return;
    }
    const link = linkOf(found, at, reader);
    const own = link === undefined ? undefined : networksOf(found, links.length, at, reader);
    if (link === undefined || own === undefined) return;
    if (links.some(({ id }) => id === link.id)) {
      reader.mistake([...at, 'name'], 'is the name of another link too');
      doubles.add(link.id);
    }
    links.push(link);
    networks.push(...own);
  });
  // Of two with one name it cannot be told which is meant, by a bond or a VLAN either: neither is taken.
  return {
    links: links.filter(({ id }) => !doubles.has(id)),
    networks: networks.filter(({ link }) => !doubles.has(link)),
    nameservers,
  };
}

function nameUnknownOfItem(value: unknown, path: Path, reader: PartReader): void {
  nameUnknown(value, Object.keys(item.shape), path, reader);
  const subnets = (value as { readonly subnets?: unknown } | null)?.subnets;
  if (!Array.isArray(subnets)) return;
  subnets.forEach((each, index) => {
    nameUnknown(each, Object.keys(subnet.shape), [...path, 'subnets', index], reader);
  });
}

function linkOf(found: Item, path: Path, reader: PartReader): DescribedLink | undefined {
  const { type, name, mac_address: mac } = found;
  if (!name) return wrong([...path, 'name'], 'is not there', reader);
  const settings = { id: name, mtu: readMtu(found.mtu, [...path, 'mtu'], reader) };
  switch (type) {
    case 'physical':
      return { ...settings, type, match: matchOf(name, { macaddress: mac ?? null }) };
    case 'vlan':
      if (!found.vlan_link || found.vlan_id == null)
        return wrong(path, 'is a VLAN without vlan_link or vlan_id', reader);
      return { ...settings, type, macAddress: mac ?? null, vlanId: found.vlan_id, link: found.vlan_link };
    case 'bond':
      return { ...settings, type, macAddress: mac ?? null, links: found.bond_interfaces ?? [], ...bondOptions(found) };
    default:
      return wrong([...path, 'type'], `is not known here: ${JSON.stringify(type)}`, reader);
  }
}

/** Both spellings are in use: `bond-mode` and `bond_mode`. */
function bondOptions({ params }: Item) {
  const option = (name: string) =>
    word.safeParse(params?.[`bond-${name}`] ?? params?.[`bond_${name.replaceAll('-', '_')}`]).data ?? null;
  const miimon = option('miimon');
  return {
    mode: bondModeName(option('mode') ?? 'balance-rr'),
    miimonMilliseconds: miimon !== null && /^\d+$/.test(miimon) ? Number(miimon) : null,
    transmitHashPolicy: option('xmit-hash-policy'),
    lacpRate: option('lacp-rate'),
  };
}

function networksOf(found: Item, position: number, path: Path, reader: PartReader): DescribedNetwork[] | undefined {
  const subnets = found.subnets ?? [];
  const drawn = new LinkNetworks(
    found.name ?? '',
    position,
    subnets.flatMap((each) => each.dns_nameservers ?? []),
  );
  const routes: Route[] = [];
  for (const [index, each] of subnets.entries()) {
    if (!addSubnet(drawn, each))
      return wrong([...path, 'subnets', index], 'is not a network that is known here', reader);
    routes.push(...(each.routes ?? []), ...gatewayRoute(each.gateway));
  }
  drawn.addRoutes(routes, path, reader);
  return drawn.networks;
}

function addSubnet(drawn: LinkNetworks, { type, address, netmask }: z.output<typeof subnet>): boolean {
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

function wrong(path: Path, problem: string, reader: PartReader): undefined {
  reader.mistake(path, problem);
  return undefined;
}
