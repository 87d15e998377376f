import { networkAddressOf } from '../../core/text/network-of.ts';
import {
  type DescribedBond,
  type DescribedLink,
  type DescribedNetwork,
  type DescribedPhysical,
  type DescribedVlan,
  inOrderOfId,
  type NetworkDescription,
} from '../network-config/description.ts';
import { isDeviceName } from '../network-config/device-name.ts';
import type { LinkNetwork, NetworkLink, NetworkModel } from '../network-config/model.ts';
import { bondNames } from './bond-names.ts';
import { matchingNic, type PlacedNic } from './match-nic.ts';

export interface PlaceFacts {
  readonly description: NetworkDescription;
  readonly nics: readonly PlacedNic[];
  /** The file of somebody else that configures the link, which wins; undefined if there is none. */
  readonly foreignFile: (link: NetworkLink) => string | undefined;
}

export interface PlaceOptions {
  /** Name of the NIC that is to be configured; null for all. */
  readonly only: string | null;
  /** DHCP for every NIC that neither the description nor a file mentions. */
  readonly dhcpFallback: boolean;
  /** The IPv6 addresses that the description names, beside those of router advertisements. */
  readonly staticIpv6: boolean;
  /** The destination of a route stays as the source writes it, also where it is not the address of a network; the kernel refuses such a route. */
  readonly keepsDestinations?: boolean;
}

export interface PlacedNetwork {
  readonly model: NetworkModel;
  /** What of the description is not applied, and why: one sentence each. */
  readonly notes: readonly string[];
  /** NICs that nothing describes and that are down: whether they have carrier, and so get DHCP, shows once they are up. */
  readonly unknown: readonly string[];
  /** Names of the links that the description is about, also those that a file of somebody else configures. */
  readonly described: ReadonlySet<string>;
  /** By name of the link: where replies leave to other networks, also of a link that carries no default route. */
  readonly gateways: ReadonlyMap<string, string>;
}

/** A link of the description on this machine: its device name and the NICs that it stands on. */
interface Placed {
  readonly described: DescribedLink;
  readonly link: Omit<NetworkLink, 'networks'>;
  readonly nics: readonly string[];
}

/**
 * Brings a description together with the NICs of the machine: the one place where a source's links become devices.
 * Links are in the order of the ids of their networks (of their own where they have none), which renderers keep.
 */
export function placeNetwork(facts: PlaceFacts, options: PlaceOptions): PlacedNetwork {
  const { description, nics } = facts;
  const notes: string[] = [];
  const placed = placeLinks(description, nics, notes);
  const wanted = placed.filter((each) => options.only === null || each.nics.includes(options.only));
  const networks = Map.groupBy(networksOf(description, options), (network) => network.link);
  const drawn = sortLinks(wanted, networks).map((each) =>
    drawLink(each, networks.get(each.described.id) ?? [], options),
  );
  const foreign = new Map(drawn.map((link) => [link, facts.foreignFile(link)]));
  for (const [{ name }, path] of foreign) if (path !== undefined) notes.push(`${name}: ${path} configures it and wins`);
  const undescribed = options.dhcpFallback ? undescribedNics(facts, options, placed) : [];
  // Asked for one NIC, the caller knows that it is there; else DHCP without carrier would only make the boot wait.
  const ready = undescribed.filter(({ hasCarrier }) => hasCarrier || options.only !== null);
  const free = drawn.filter((link) => foreign.get(link) === undefined);
  return {
    model: { links: [...free, ...ready.map(dhcpLink)], nameservers: description.nameservers },
    notes,
    unknown: undescribed.filter((nic) => !ready.includes(nic) && !nic.isUp).map(({ name }) => name),
    described: new Set(drawn.map(({ name }) => name)),
    gateways: gatewaysOf(wanted, networks),
  };
}

/** A link that gets its address by DHCP. */
export function dhcpLink({ name, macAddress }: Pick<PlacedNic, 'name' | 'macAddress'>): NetworkLink {
  const dhcp: LinkNetwork = { method: 'dhcp', family: 'ipv4', routes: [], nameservers: [] };
  return { name, macAddress: macAddress || null, mtu: null, kind: { type: 'physical' }, bond: null, networks: [dhcp] };
}

function placeLinks(description: NetworkDescription, nics: readonly PlacedNic[], notes: string[]): Placed[] {
  const byId = new Map<string, Placed>();
  const keep = (described: DescribedLink, placed: Placed | string) => {
    if (typeof placed !== 'string') byId.set(described.id, placed);
    else notes.push(`link ${JSON.stringify(described.id)} is left out: ${placed}`);
  };
  const { links } = description;
  const names = bondNames(links);
  // Bonds stand on NICs, VLANs on either: in this order each finds what carries it.
  for (const link of links) if (link.type === 'physical') keep(link, placePhysical(link, nics));
  for (const link of links) if (link.type === 'bond') keep(link, placeBond(link, names.get(link.id) ?? link.id, byId));
  for (const link of links) if (link.type === 'vlan') keep(link, placeVlan(link, byId));
  return [...byId.values()].map((placed) => inItsBond(placed, byId));
}

function placePhysical(described: DescribedPhysical, nics: readonly PlacedNic[]): Placed | string {
  const nic = matchingNic(described.match, nics);
  if (typeof nic === 'string') return nic;
  const { name, macAddress } = nic;
  const kind = { type: 'physical' } as const;
  // A tree that is not running tells no address.
  const link = { name, macAddress: macAddress || null, mtu: described.mtu, kind, bond: null };
  return { described, link, nics: [name] };
}

function placeBond(described: DescribedBond, name: string, byId: ReadonlyMap<string, Placed>): Placed | string {
  const { mode, miimonMilliseconds, transmitHashPolicy, lacpRate } = described;
  const members = described.links.flatMap((member) => byId.get(member) ?? []);
  const [first] = members;
  if (first === undefined) return 'none of its members is on this machine';
  const names = members.map(({ link }) => link.name);
  const kind = { type: 'bond', members: names, mode, miimonMilliseconds, transmitHashPolicy, lacpRate } as const;
  const macAddress = described.macAddress ?? first.link.macAddress;
  return { described, link: { name, macAddress, mtu: described.mtu, kind, bond: null }, nics: names };
}

/** Only a bond that is on this machine has members. */
function inItsBond(placed: Placed, byId: ReadonlyMap<string, Placed>): Placed {
  if (placed.described.type !== 'physical') return placed;
  const { id } = placed.described;
  const bond = [...byId.values()].find(({ described }) => described.type === 'bond' && described.links.includes(id));
  return bond === undefined ? placed : { ...placed, link: { ...placed.link, bond: bond.link.name } };
}

function placeVlan(described: DescribedVlan, byId: ReadonlyMap<string, Placed>): Placed | string {
  const parent = byId.get(described.link);
  if (parent === undefined) return `it is carried by ${JSON.stringify(described.link)}, which is not on this machine`;
  const { name: parentName, macAddress } = parent.link;
  const name = `${parentName}.${described.vlanId}`;
  if (!isDeviceName(name)) return `its device name ${name} is too long`;
  const parentId = isDeviceName(described.link) ? described.link : parentName;
  const kind = { type: 'vlan', vlanId: described.vlanId, parent: parentName, parentId } as const;
  const link = { name, macAddress: described.macAddress ?? macAddress, mtu: described.mtu, kind, bond: null };
  return { described, link, nics: parent.nics };
}

function networksOf({ networks }: NetworkDescription, { staticIpv6 }: PlaceOptions): DescribedNetwork[] {
  return networks.filter(({ isBesideAdvertisements }) => staticIpv6 || !isBesideAdvertisements);
}

/** A VLAN that takes part in no network has nothing to carry, and is left out. */
function sortLinks(placed: readonly Placed[], networks: ReadonlyMap<string, readonly DescribedNetwork[]>): Placed[] {
  const keyed = placed.flatMap((each) => {
    const [first] = inOrderOfId(networks.get(each.described.id) ?? []);
    if (first === undefined && each.described.type === 'vlan') return [];
    return [{ id: first?.id ?? each.described.id, each }];
  });
  return inOrderOfId(keyed).map(({ each }) => each);
}

function drawLink(
  { link }: Placed,
  described: readonly DescribedNetwork[],
  { keepsDestinations = false }: PlaceOptions,
): NetworkLink {
  const networks = inOrderOfId(described).map(({ network }) => network);
  return { ...link, networks: keepsDestinations ? networks : networks.map(withRoutesToNetworks) };
}

/** Two that lead to one network by one gateway are one route. */
function withRoutesToNetworks(network: LinkNetwork): LinkNetwork {
  const routes = network.routes.map((route) => ({
    ...route,
    destination: networkAddressOf(route.destination, route.prefixLength),
  }));
  const byText = new Map(routes.toReversed().map((route) => [JSON.stringify(route), route]));
  return { ...network, routes: [...byText.values()].toReversed() };
}

function gatewaysOf(
  placed: readonly Placed[],
  networks: ReadonlyMap<string, readonly DescribedNetwork[]>,
): Map<string, string> {
  const pairs = placed.flatMap(({ described, link }) => {
    const own = inOrderOfId(networks.get(described.id) ?? []).filter(({ network }) => network.family === 'ipv4');
    const gateway = own.find((network) => network.gateway !== null)?.gateway;
    return gateway === undefined || gateway === null ? [] : [[link.name, gateway] as const];
  });
  return new Map(pairs);
}

function undescribedNics({ nics, foreignFile }: PlaceFacts, { only }: PlaceOptions, placed: readonly Placed[]) {
  const described = new Set(placed.flatMap(({ nics: names }) => names));
  return nics
    .filter(({ name }) => !described.has(name) && (only === null || only === name))
    .filter((nic) => foreignFile(dhcpLink(nic)) === undefined)
    .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}
