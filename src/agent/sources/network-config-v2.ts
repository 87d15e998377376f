import { z } from 'zod';
import { parseAddress } from '../../core/text/ip-address.ts';
import type { PartReader } from '../machine-config/part-reader.ts';
import type { DescribedLink, DescribedNetwork, NetworkDescription, NicMatch } from '../network-config/description.ts';
import { isBondModeName } from '../network-config/bond-mode.ts';
import { isDeviceName } from '../network-config/device-name.ts';
import type { Route } from '../network-config/model.ts';
import { LinkNetworks, toRoute } from './link-networks-of.ts';
import { readMtu } from './read-mtu.ts';
import { yamlBoolean } from './yaml-boolean.ts';

type Path = readonly PropertyKey[];

const macAddress = z
  .string()
  .regex(/^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$/, 'is not a MAC address')
  .transform((text) => text.toLowerCase());
const deviceName = z.string().refine(isDeviceName, 'is not the name of a network device');
const ip = z.string().refine((text) => parseAddress(text) !== undefined, 'is not an IPv4 or IPv6 address');
const route = z.object({ to: z.string(), via: ip.nullish() }).transform(({ to, via }, ctx) => toRoute(to, via, ctx));
const flag = z.preprocess(yamlBoolean, z.boolean().nullish());

const addressKeys = {
  dhcp4: flag,
  dhcp6: flag,
  'accept-ra': flag,
  addresses: z.array(z.string()).max(64).nullish(),
  gateway4: ip.nullish(),
  gateway6: ip.nullish(),
  routes: z.array(route).max(256).nullish(),
  nameservers: z.object({ addresses: z.array(ip).max(16).nullish() }).nullish(),
  mtu: z.unknown().optional(),
};

const ethernet = z.object({
  ...addressKeys,
  match: z.object({ macaddress: macAddress.nullish(), name: deviceName.nullish() }).nullish(),
});

const bond = z.object({
  ...addressKeys,
  macaddress: macAddress.nullish(),
  interfaces: z.array(z.string()).max(64),
  parameters: z
    .object({
      mode: z.string().refine(isBondModeName, 'is not a mode of a bond').nullish(),
      'mii-monitor-interval': z.coerce.number().int().min(0).nullish(),
      'transmit-hash-policy': z
        .string()
        .regex(/^[a-z0-9.+-]{1,32}$/)
        .nullish(),
      'lacp-rate': z
        .string()
        .regex(/^[a-z]{1,8}$/)
        .nullish(),
    })
    .nullish(),
});

const vlan = z.object({
  ...addressKeys,
  macaddress: macAddress.nullish(),
  id: z.int().min(0).max(4094),
  link: z.string().max(128),
});

type AddressKeys = Pick<z.output<typeof ethernet>, keyof typeof addressKeys>;

const groups = { ethernets: ethernet, bonds: bond, vlans: vlan } as const;

/** Version 2 of cloud-init's network configuration, which is netplan's (https://netplan.readthedocs.io/en/stable/netplan-yaml/). */
export function readNetworkConfigV2(
  top: Readonly<Record<string, unknown>>,
  path: Path,
  reader: PartReader,
): NetworkDescription {
  reader.nameUnknownKeys(top, ['version', ...Object.keys(groups)], path);
  const links: DescribedLink[] = [];
  const networks: DescribedNetwork[] = [];
  const mistaken: NicMatch[] = [];
  const group = <K extends keyof typeof groups>(
    key: K,
    draw: (id: string, found: z.output<(typeof groups)[K]>, mtu: number | null) => DescribedLink,
  ) => {
    for (const [id, item] of Object.entries(reader.object(top[key], [...path, key]))) {
      const at = [...path, key, id];
      const found = reader.read(groups[key] as unknown as z.ZodType<z.output<(typeof groups)[K]>>, item, at);
      const own = found === undefined ? undefined : networksOf(id, links.length, found as AddressKeys, at, reader);
      if (found === undefined || own === undefined) {
        if (key === 'ethernets') mistaken.push(...matchOfMistaken(id, item));
        continue;
      }
      links.push(draw(id, found, readMtu(found.mtu, [...at, 'mtu'], reader)));
      networks.push(...own);
    }
  };
  group('ethernets', (id, { match }, mtu) => {
    if (match?.macaddress && match.name) reader.nameBeaten([...path, 'ethernets', id, 'match', 'name'], 'macaddress');
    return { type: 'physical', id, mtu, match: matchOf(id, match) };
  });
  group('bonds', (id, found, mtu) => ({
    type: 'bond',
    id,
    mtu,
    macAddress: found.macaddress ?? null,
    links: found.interfaces,
    mode: found.parameters?.mode ?? 'balance-rr',
    miimonMilliseconds: found.parameters?.['mii-monitor-interval'] ?? null,
    transmitHashPolicy: found.parameters?.['transmit-hash-policy'] ?? null,
    lacpRate: found.parameters?.['lacp-rate'] ?? null,
  }));
  group('vlans', (id, found, mtu) => ({
    type: 'vlan',
    id,
    mtu,
    macAddress: found.macaddress ?? null,
    vlanId: found.id,
    link: found.link,
  }));
  return { links, networks, nameservers: [], mistaken };
}

const namedMatch = z.object({ match: z.object({ macaddress: z.unknown(), name: z.unknown() }).partial() });

/** The NIC that a description with a mistake is about, as far as its name tells. */
function matchOfMistaken(id: string, item: unknown): NicMatch[] {
  const { macaddress, name = id } = namedMatch.safeParse(item).data?.match ?? {};
  return macaddress === undefined && typeof name === 'string' ? [matchOf(name, null)] : [];
}

/** `eth0` is the first NIC, whatever the guest calls it. */
export function matchOf(
  id: string,
  match:
    | { readonly macaddress?: string | null | undefined; readonly name?: string | null | undefined }
    | null
    | undefined,
): NicMatch {
  if (match?.macaddress) return { by: 'mac-address', macAddress: match.macaddress };
  const name = match?.name ?? id;
  const number = /^eth(\d{1,3})$/.exec(name)?.[1];
  return number === undefined ? { by: 'name', name } : { by: 'number', number: Number(number) };
}

/** @returns undefined where an address has a mistake */
function networksOf(
  link: string,
  position: number,
  keys: AddressKeys,
  path: Path,
  reader: PartReader,
): DescribedNetwork[] | undefined {
  const drawn = new LinkNetworks(link, position, keys.nameservers?.addresses ?? []);
  for (const [index, text] of (keys.addresses ?? []).entries()) {
    if (drawn.addStatic(text)) continue;
    reader.mistake([...path, 'addresses', index], 'is not an address with a prefix length');
    return undefined;
  }
  if (keys.dhcp4) drawn.addDhcp('ipv4');
  if (keys.dhcp6) drawn.addDhcp('ipv6');
  if (keys['accept-ra'] && !keys.dhcp6) drawn.addAdvertised();
  if (keys['accept-ra'] === false)
    reader.warn([...path, 'accept-ra'], 'is false, which is not known here, and was left out');
  return drawn.draw([...(keys.routes ?? []), ...gatewayRoutes(keys)], path, reader);
}

function gatewayRoutes({ gateway4, gateway6 }: AddressKeys): Route[] {
  return [
    ...(gateway4 ? [{ destination: '0.0.0.0', prefixLength: 0, gateway: gateway4 }] : []),
    ...(gateway6 ? [{ destination: '::', prefixLength: 0, gateway: gateway6 }] : []),
  ];
}
