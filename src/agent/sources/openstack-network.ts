import { z } from 'zod';
import { parseAddress } from '../../core/text/ip-address.ts';
import type { DescribedLink, DescribedNetwork, NetworkDescription } from '../network-config/description.ts';
import type { LinkNetwork, Route } from '../network-config/model.ts';
import { prefixLengthOf } from '../../core/text/netmask.ts';

// Kept as it is written: IPv6 has many spellings, and a cloud's own is what its people look for in the files.
const address = z.string().refine((text) => parseAddress(text) !== undefined, 'is no IPv4 or IPv6 address');
const macAddress = z
  .string()
  .regex(/^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$/, 'is no MAC address')
  .transform((text) => text.toLowerCase());
// What ends up in files of several formats: nothing that could end a line or a quote.
const word = z.string().regex(/^[A-Za-z0-9+._-]{1,64}$/, 'must be one word of letters, digits and +._-');
const wordOrNumber = z.union([word, z.int().transform(String)]);
const id = z.string().min(1).max(128);
// RFC 791 and RFC 8200 ask for 68 and 1280 at least; 65536 is the most that the kernel takes.
const mtu = z.int().min(68).max(65536).nullish();

const link = z
  .object({
    id,
    type: z.string().nullish(),
    ethernet_mac_address: macAddress.nullish(),
    mtu,
    vlan_link: id.nullish(),
    vlan_id: z.coerce.number().int().min(0).max(4094).nullish(),
    vlan_mac_address: macAddress.nullish(),
    bond_links: z.array(id).max(64).nullish(),
    bond_mode: wordOrNumber.nullish(),
    bond_miimon: z.coerce.number().int().min(0).nullish(),
    bond_xmit_hash_policy: word.nullish(),
    bond_lacp_rate: wordOrNumber.nullish(),
  })
  .transform(toLink);

const service = z.object({ type: z.string(), address: z.string().nullish() });

const route = z
  .object({ network: address, netmask: z.string().nullish(), gateway: address.nullish() })
  .transform(toRoute);

const network = z
  .object({
    id,
    link: id,
    type: z.string(),
    ip_address: z.string().nullish(),
    netmask: z.string().nullish(),
    gateway: address.nullish(),
    routes: z.array(route).max(256).nullish(),
    services: z.array(service).max(64).nullish(),
  })
  .transform(toNetwork);

/**
 * The JSON of network_data.json, and of the `network_info` that other clouds put elsewhere. Keys that are not known
 * are left out, as each cloud adds its own. Addresses, masks and MACs are checked, as they end up in files.
 */
export const networkDescription = z
  .object({
    links: z.array(link).max(256).nullish(),
    networks: z.array(network).max(256).nullish(),
    services: z.array(service).max(64).nullish(),
  })
  .transform(
    (data, ctx): NetworkDescription => ({
      links: data.links ?? [],
      networks: data.networks ?? [],
      nameservers: nameserversOf(data.services, ctx),
    }),
  );

type LinkKeys = {
  readonly id: string;
  readonly type?: string | null | undefined;
  readonly ethernet_mac_address?: string | null | undefined;
  readonly mtu?: number | null | undefined;
  readonly vlan_link?: string | null | undefined;
  readonly vlan_id?: number | null | undefined;
  readonly vlan_mac_address?: string | null | undefined;
  readonly bond_links?: string[] | null | undefined;
  readonly bond_mode?: string | null | undefined;
  readonly bond_miimon?: number | null | undefined;
  readonly bond_xmit_hash_policy?: string | null | undefined;
  readonly bond_lacp_rate?: string | null | undefined;
};

/** Every type but `vlan` and `bond` is a NIC: clouds write `phy`, `ovs`, `bridge`, `vif`, `tap` or null. */
function toLink(keys: LinkKeys, ctx: z.RefinementCtx): DescribedLink {
  const settings = { id: keys.id, mtu: keys.mtu ?? null };
  const own = keys.ethernet_mac_address ?? null;
  if (keys.type === 'vlan') {
    if (!keys.vlan_link || keys.vlan_id == null) return refuse(ctx, 'is a VLAN without vlan_link or vlan_id');
    const mac = keys.vlan_mac_address ?? own;
    return { ...settings, type: 'vlan', macAddress: mac, vlanId: keys.vlan_id, link: keys.vlan_link };
  }
  if (keys.type === 'bond') {
    return {
      ...settings,
      type: 'bond',
      macAddress: own,
      links: keys.bond_links ?? [],
      mode: keys.bond_mode ?? 'balance-rr',
      miimonMilliseconds: keys.bond_miimon ?? null,
      transmitHashPolicy: keys.bond_xmit_hash_policy ?? null,
      lacpRate: keys.bond_lacp_rate ?? null,
    };
  }
  if (own === null) return refuse(ctx, 'has no ethernet_mac_address');
  return { ...settings, type: 'physical', macAddress: own };
}

interface RouteKeys {
  readonly network: string;
  readonly netmask?: string | null | undefined;
  readonly gateway?: string | null | undefined;
}

function toRoute({ network: destination, netmask, gateway }: RouteKeys, ctx: z.RefinementCtx): Route {
  const family = parseAddress(destination)?.family ?? 'ipv4';
  const prefixLength = prefixLengthOf(netmask ?? (family === 'ipv4' ? '32' : '128'), family);
  if (prefixLength === undefined) return refuse(ctx, 'has a netmask that is none');
  return { destination, prefixLength, gateway: gateway ?? null };
}

type NetworkKeys = {
  readonly id: string;
  readonly link: string;
  readonly type: string;
  readonly ip_address?: string | null | undefined;
  readonly netmask?: string | null | undefined;
  readonly gateway?: string | null | undefined;
  readonly routes?: Route[] | null | undefined;
  readonly services?: z.output<typeof service>[] | null | undefined;
};

function toNetwork(keys: NetworkKeys, ctx: z.RefinementCtx): DescribedNetwork {
  const settings = { routes: routesOf(keys), nameservers: nameserversOf(keys.services, ctx) };
  const [own = ''] = (keys.ip_address ?? '').split('/');
  const known = parseAddress(own) === undefined ? null : own;
  return { id: keys.id, link: keys.link, address: known, network: methodOf(keys, settings, ctx) };
}

/** Some clouds write the default route as `gateway` of the network, and no route for it. */
function routesOf({ routes, gateway }: NetworkKeys): Route[] {
  const listed = routes ?? [];
  if (!gateway || listed.some(({ prefixLength }) => prefixLength === 0)) return listed;
  const destination = gateway.includes(':') ? '::' : '0.0.0.0';
  return [...listed, { destination, prefixLength: 0, gateway }];
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
  { type, ip_address, netmask }: NetworkKeys,
  settings: Pick<LinkNetwork, 'routes' | 'nameservers'>,
  ctx: z.RefinementCtx,
): LinkNetwork {
  const [own = '', suffix] = (ip_address ?? '').split('/');
  const parsed = parseAddress(own);
  if (parsed === undefined || parsed.family !== type) return refuse(ctx, `has no ${type} address`);
  const prefixLength = prefixLengthOf(netmask ?? suffix ?? '', parsed.family);
  if (prefixLength === undefined) return refuse(ctx, 'has no netmask, or one that is none');
  return { ...settings, method: 'static', family: parsed.family, address: own, prefixLength };
}

function nameserversOf(services: z.output<typeof service>[] | null | undefined, ctx: z.RefinementCtx): string[] {
  const wanted = (services ?? []).filter(({ type }) => type === 'dns').map((each) => each.address ?? '');
  if (wanted.some((text) => parseAddress(text) === undefined)) return refuse(ctx, 'has a name server without address');
  return wanted;
}

function refuse(ctx: z.RefinementCtx, message: string): never {
  ctx.addIssue({ code: 'custom', message });
  return z.NEVER;
}
