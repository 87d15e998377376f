import { z } from 'zod';
import { parseAddress } from '../../core/text/ip-address.ts';
import type { PartReader } from '../machine-config/part-reader.ts';
import { bondModeName, isBondModeName } from '../network-config/bond-mode.ts';
import type {
  DescribedBond,
  DescribedLink,
  DescribedNetwork,
  NetworkDescription,
  NicMatch,
} from '../network-config/description.ts';
import { subnet, subnetNetworks } from './network-config-v1-subnet.ts';
import { matchOf } from './network-config-v2.ts';
import { readMtu } from './read-mtu.ts';

type Path = readonly PropertyKey[];

const macAddress = z
  .string()
  .regex(/^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$/, 'is not a MAC address')
  .transform((text) => text.toLowerCase());
const ip = z.string().refine((text) => parseAddress(text) !== undefined, 'is not an IPv4 or IPv6 address');
const text = z.union([z.string(), z.int().transform(String)]);
const word = text.refine(
  (value) => /^[A-Za-z0-9+._-]{1,64}$/.test(value),
  'must be one word of letters, digits and +._-',
);
const mode = text.transform(bondModeName).refine(isBondModeName, 'is not a mode of a bond');
const milliseconds = z.coerce.number().int().min(0);

const linkKeys = {
  type: z.string(),
  name: z.string().max(128).nullish(),
  mac_address: macAddress.nullish(),
  mtu: z.unknown().optional(),
  subnets: z.array(subnet).max(64).nullish(),
};

/** Both spellings are in use. */
const bondParameters = z.object({
  'bond-mode': mode.nullish(),
  bond_mode: mode.nullish(),
  'bond-miimon': milliseconds.nullish(),
  bond_miimon: milliseconds.nullish(),
  'bond-xmit-hash-policy': word.nullish(),
  bond_xmit_hash_policy: word.nullish(),
  'bond-lacp-rate': word.nullish(),
  bond_lacp_rate: word.nullish(),
});
type BondParameters = z.output<typeof bondParameters>;

const physical = z.object(linkKeys);
const vlan = z.object({
  ...linkKeys,
  vlan_link: z.string().nullish(),
  vlan_id: z.coerce.number().int().min(0).max(4094).nullish(),
});
const bond = z.object({
  ...linkKeys,
  bond_interfaces: z.array(z.string()).max(64).nullish(),
  params: bondParameters.nullish(),
});
const nameserver = z.object({
  type: z.string(),
  address: z.union([ip.transform((address) => [address]), z.array(ip).max(16)]).nullish(),
});

interface Item {
  readonly path: Path;
  readonly reader: PartReader;
}

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
  const mistaken: NicMatch[] = [];
  reader.list(top.config, [...path, 'config'], 256).forEach((value, index) => {
    const item = { path: [...path, 'config', index], reader };
    if (typeOf(value) === 'nameserver') {
      nameservers.push(...(reader.read(nameserver, value, item.path)?.address ?? []));
      return;
    }
    const found = readLink(value, links.length, item);
    if (found === undefined) {
      mistaken.push(...matchOfMistaken(value));
      return;
    }
    if (links.some(({ id }) => id === found.link.id)) {
      reader.mistake([...item.path, 'name'], 'is the name of another link too');
      doubles.add(found.link.id);
    }
    links.push(found.link);
    networks.push(...found.networks);
  });
  // Of two with one name it cannot be told which is meant, by a bond or a VLAN either: neither is taken.
  return {
    links: links.filter(({ id }) => !doubles.has(id)),
    networks: networks.filter(({ link }) => !doubles.has(link)),
    nameservers,
    mistaken,
  };
}

const namedItem = z.object({ type: z.literal('physical'), name: z.string(), mac_address: z.unknown() });

/** The NIC that a description with a mistake is about, as far as its name tells. */
function matchOfMistaken(value: unknown): NicMatch[] {
  const found = namedItem.partial({ mac_address: true }).safeParse(value).data;
  return found === undefined || found.mac_address !== undefined ? [] : [matchOf(found.name, null)];
}

function typeOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
}

interface FoundLink {
  readonly link: DescribedLink;
  readonly networks: readonly DescribedNetwork[];
}

/** Each type has its own keys: one of another type says nothing. */
function readLink(value: unknown, position: number, item: Item): FoundLink | undefined {
  const { path, reader } = item;
  switch (typeOf(value)) {
    case 'vlan': {
      const found = reader.read(vlan, value, path);
      const { vlan_link: link, vlan_id: vlanId } = found ?? {};
      if (found === undefined) return undefined;
      if (!link || vlanId == null) return wrong(path, 'is a VLAN without vlan_link or vlan_id', reader);
      const macAddress = found.mac_address ?? null;
      return drawLink(found, position, item, (settings) => ({ ...settings, type: 'vlan', macAddress, vlanId, link }));
    }
    case 'bond': {
      const found = reader.read(bond, value, path);
      if (found === undefined) return undefined;
      const options = bondOptions(found.params ?? {}, item);
      const links = found.bond_interfaces ?? [];
      const macAddress = found.mac_address ?? null;
      return drawLink(found, position, item, (settings) => ({
        ...settings,
        type: 'bond',
        macAddress,
        links,
        ...options,
      }));
    }
    default: {
      const found = reader.read(physical, value, path);
      if (found === undefined) return undefined;
      if (found.type !== 'physical')
        return wrong([...path, 'type'], `is not known here: ${JSON.stringify(found.type)}`, reader);
      const match = (id: string) => matchOf(id, { macaddress: found.mac_address });
      return drawLink(found, position, item, (settings) => ({
        ...settings,
        type: 'physical',
        match: match(settings.id),
      }));
    }
  }
}

function drawLink(
  { name, mtu, subnets }: z.output<typeof physical>,
  position: number,
  { path, reader }: Item,
  draw: (settings: Pick<DescribedLink, 'id' | 'mtu'>) => DescribedLink,
): FoundLink | undefined {
  if (!name) return wrong([...path, 'name'], 'is not there', reader);
  const link = draw({ id: name, mtu: readMtu(mtu, [...path, 'mtu'], reader) });
  const networks = subnetNetworks(subnets ?? [], { link: name, position, path, reader });
  return networks === undefined ? undefined : { link, networks };
}

type BondOptions = Pick<DescribedBond, 'mode' | 'miimonMilliseconds' | 'transmitHashPolicy' | 'lacpRate'>;

function bondOptions(params: Partial<BondParameters>, { path, reader }: Item): BondOptions {
  const chosen = <T>(name: keyof BondParameters, other: keyof BondParameters, values: readonly T[]): T | null => {
    const given = values.filter((value) => value !== undefined && value !== null);
    if (given.length > 1) reader.nameBeaten([...path, 'params', other], name);
    return given[0] ?? null;
  };
  const { 'bond-mode': mode, 'bond-miimon': miimon, 'bond-xmit-hash-policy': policy, 'bond-lacp-rate': rate } = params;
  return {
    mode: chosen('bond-mode', 'bond_mode', [mode, params.bond_mode]) ?? 'balance-rr',
    miimonMilliseconds: chosen('bond-miimon', 'bond_miimon', [miimon, params.bond_miimon]) ?? null,
    transmitHashPolicy:
      chosen('bond-xmit-hash-policy', 'bond_xmit_hash_policy', [policy, params.bond_xmit_hash_policy]) ?? null,
    lacpRate: chosen('bond-lacp-rate', 'bond_lacp_rate', [rate, params.bond_lacp_rate]) ?? null,
  };
}

function wrong(path: Path, problem: string, reader: PartReader): undefined {
  reader.mistake(path, problem);
  return undefined;
}
