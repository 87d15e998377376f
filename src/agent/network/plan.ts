import type {
  DescribedBond,
  DescribedLink,
  DescribedNetwork,
  DescribedVlan,
  NetworkDescription,
} from '../network-config/description.ts';
import type { LinkNetwork, NetworkLink, NetworkModel } from '../network-config/model.ts';

/** A NIC of the machine. */
export interface Nic {
  readonly name: string;
  /** Lower case. */
  readonly macAddress: string;
  readonly isUp: boolean;
  /** Known only of a NIC that is up. */
  readonly hasCarrier: boolean;
}

export interface DescribedNetworkFacts {
  readonly description: NetworkDescription;
  readonly nics: readonly Nic[];
  /** Links that somebody else's file configures: it wins. */
  readonly taken: (link: { readonly name: string; readonly macAddress: string | null }) => boolean;
}

export interface DescribedNetworkOptions {
  /** Names of the NICs that are to be configured; null for all. */
  readonly only: string | null;
  /** DHCP for every NIC that neither the description nor a file mentions. */
  readonly dhcpFallback: boolean;
}

export interface DescribedNetworkPlan {
  readonly model: NetworkModel;
  /** What of the description is not applied, and why: one sentence each. */
  readonly notes: readonly string[];
  /** NICs that nothing describes and that are down: whether they have carrier, and so get DHCP, is told once they are up. */
  readonly unknown: readonly string[];
}

/** A link of the description on this machine: its device name and the NICs that it stands on. */
interface Placed {
  readonly described: DescribedLink;
  readonly link: Omit<NetworkLink, 'networks'>;
  readonly nics: readonly string[];
}

/**
 * Brings a platform's description together with the NICs of the machine: NICs are found by MAC address alone.
 * Links are in the order of the ids of their networks (of their own where they have none), which renderers keep.
 */
export function planDescribedNetwork(
  facts: DescribedNetworkFacts,
  options: DescribedNetworkOptions,
): DescribedNetworkPlan {
  const { description, nics } = facts;
  const notes: string[] = [];
  const placed = placeLinks(description, nics, notes);
  const wanted = placed.filter((each) => options.only === null || each.nics.includes(options.only));
  const networks = Map.groupBy(description.networks, (network) => network.link);
  const drawn = inOrder(wanted, networks).map((each) => drawLink(each, networks.get(each.described.id) ?? []));
  const free = drawn.filter((link) => !facts.taken(link));
  for (const link of drawn) if (facts.taken(link)) notes.push(`${link.name} has a file of its own, which wins`);
  const undescribed = options.dhcpFallback ? undescribedNics(facts, options, placed) : [];
  // Asked for one NIC, the caller knows that it is there; else DHCP without carrier would only make the boot wait.
  const ready = undescribed.filter(({ hasCarrier }) => hasCarrier || options.only !== null);
  return {
    model: { links: [...free, ...ready.map(dhcpLink)], nameservers: description.nameservers },
    notes,
    unknown: undescribed.filter((nic) => !ready.includes(nic) && !nic.isUp).map(({ name }) => name),
  };
}

function placeLinks(description: NetworkDescription, nics: readonly Nic[], notes: string[]): Placed[] {
  const byId = new Map<string, Placed>();
  const keep = (described: DescribedLink, placed: Placed | string) => {
    if (typeof placed !== 'string') byId.set(described.id, placed);
    else notes.push(`link ${JSON.stringify(described.id)} is left out: ${placed}`);
  };
  const { links } = description;
  // Bonds stand on NICs, VLANs on either: in this order each finds what carries it.
  for (const link of links) if (link.type === 'physical') keep(link, placePhysical(link, description, nics));
  for (const link of links) if (link.type === 'bond') keep(link, placeBond(link, byId));
  for (const link of links) if (link.type === 'vlan') keep(link, placeVlan(link, byId));
  return [...byId.values()];
}

function placePhysical(
  described: Extract<DescribedLink, { type: 'physical' }>,
  { links }: NetworkDescription,
  nics: readonly Nic[],
): Placed | string {
  const nic = nics.find(({ macAddress }) => macAddress === described.macAddress);
  if (nic === undefined) return `this machine has no NIC with the address ${described.macAddress}`;
  const bond = links.find((link) => link.type === 'bond' && link.links.includes(described.id));
  const link = { name: nic.name, macAddress: nic.macAddress, mtu: described.mtu, kind: { type: 'physical' } } as const;
  return { described, link: { ...link, bond: bond?.id ?? null }, nics: [nic.name] };
}

function placeBond(described: DescribedBond, byId: ReadonlyMap<string, Placed>): Placed | string {
  const { id, mode, miimonMilliseconds, transmitHashPolicy, lacpRate } = described;
  if (!isDeviceName(id)) return 'its id cannot be the name of a network device';
  const members = described.links.flatMap((member) => byId.get(member) ?? []);
  const [first] = members;
  if (first === undefined) return 'none of its members is on this machine';
  const names = members.map(({ link }) => link.name);
  const kind = { type: 'bond', members: names, mode, miimonMilliseconds, transmitHashPolicy, lacpRate } as const;
  const macAddress = described.macAddress ?? first.link.macAddress;
  return { described, link: { name: id, macAddress, mtu: described.mtu, kind, bond: null }, nics: names };
}

function placeVlan(described: DescribedVlan, byId: ReadonlyMap<string, Placed>): Placed | string {
  const parent = byId.get(described.link);
  if (parent === undefined) return `it is carried by ${JSON.stringify(described.link)}, which is not on this machine`;
  const { name: parentName, macAddress } = parent.link;
  const name = `${parentName}.${described.vlanId}`;
  if (!isDeviceName(name)) return `its device name ${name} is too long`;
  const kind = { type: 'vlan', vlanId: described.vlanId, parent: parentName, parentId: described.link } as const;
  const link = { name, macAddress: described.macAddress ?? macAddress, mtu: described.mtu, kind, bond: null };
  return { described, link, nics: parent.nics };
}

/** IFNAMSIZ of linux/if.h is 16 with its NUL; no slash, no white space, and nothing that a file name or a shell could take amiss. */
function isDeviceName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,14}$/.test(name);
}

/** A VLAN that takes part in no network has nothing to carry, and is left out. */
function inOrder(placed: readonly Placed[], networks: ReadonlyMap<string, readonly DescribedNetwork[]>): Placed[] {
  return placed
    .map((each) => ({ each, ids: (networks.get(each.described.id) ?? []).map(({ id }) => id).sort() }))
    .filter(({ each, ids }) => ids.length > 0 || each.described.type !== 'vlan')
    .map(({ each, ids }) => ({ each, key: ids[0] ?? each.described.id }))
    .sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
    .map(({ each }) => each);
}

function drawLink({ link }: Placed, networks: readonly DescribedNetwork[]): NetworkLink {
  const sorted = [...networks].sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
  return { ...link, networks: sorted.map(({ network }) => network) };
}

function undescribedNics(
  { nics, taken }: DescribedNetworkFacts,
  { only }: DescribedNetworkOptions,
  placed: readonly Placed[],
): Nic[] {
  const described = new Set(placed.flatMap(({ nics: names }) => names));
  return nics
    .filter(({ name }) => !described.has(name) && (only === null || only === name))
    .filter((nic) => !taken(nic))
    .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}

function dhcpLink({ name, macAddress }: Nic): NetworkLink {
  const dhcp: LinkNetwork = { method: 'dhcp', family: 'ipv4', routes: [], nameservers: [] };
  return { name, macAddress, mtu: null, kind: { type: 'physical' }, bond: null, networks: [dhcp] };
}
