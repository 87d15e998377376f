import type { LinkNetwork } from './model.ts';

/**
 * A network as a source describes it, before anybody looked at the machine: nothing about device names but what the source
 * itself knows. The shape follows OpenStack's network_data.json
 * (https://docs.openstack.org/nova/latest/_downloads/9119ca7ac90aa2990e762c08baea3a36/network_data.json).
 */
export interface NetworkDescription {
  readonly links: readonly DescribedLink[];
  readonly networks: readonly DescribedNetwork[];
  /** Name servers of the machine as a whole. */
  readonly nameservers: readonly string[];
  /** NICs whose description has a mistake: the machine has them, and nothing here says how they are configured. */
  readonly mistaken?: readonly NicMatch[];
}

export type DescribedLink = DescribedPhysical | DescribedBond | DescribedVlan;

/** By what a NIC of the machine is found. */
export type NicMatch =
  /** Lower case. */
  | { readonly by: 'mac-address'; readonly macAddress: string }
  /** The N-th NIC, from 0. */
  | { readonly by: 'number'; readonly number: number }
  | { readonly by: 'name'; readonly name: string };

interface LinkSettings {
  readonly id: string;
  readonly mtu: number | null;
}

export interface DescribedPhysical extends LinkSettings {
  readonly type: 'physical';
  readonly match: NicMatch;
}

export interface DescribedBond extends LinkSettings {
  readonly type: 'bond';
  readonly macAddress: string | null;
  /** Ids of its members. */
  readonly links: readonly string[];
  readonly mode: string;
  readonly miimonMilliseconds: number | null;
  readonly transmitHashPolicy: string | null;
  readonly lacpRate: string | null;
}

export interface DescribedVlan extends LinkSettings {
  readonly type: 'vlan';
  readonly macAddress: string | null;
  readonly vlanId: number;
  /** Id of the link that carries it. */
  readonly link: string;
}

export interface DescribedNetwork {
  /** Networks of a link are drawn in the order of their ids. */
  readonly id: string;
  /** Id of the link that takes part in it. */
  readonly link: string;
  readonly network: LinkNetwork;
  /** The address that the source says the machine has there, also where it comes by router advertisement. */
  readonly address: string | null;
  /** Where replies leave to other networks, also on a link that carries no default route. */
  readonly gateway: string | null;
  /** Drawn only where CONFIG_STATIC_IPV6 asks for it: router advertisements give the machine an address there anyway. */
  readonly isBesideAdvertisements: boolean;
}

export const nothingDescribed: NetworkDescription = { links: [], networks: [], nameservers: [] };

/** Networks in the order in which they are drawn. */
export function inOrderOfId<T extends { readonly id: string }>(networks: readonly T[]): T[] {
  return [...networks].sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
}

/** The address by which the machine is known to itself: the first that the source names; null where it names none. */
export function ownAddressOf({ networks }: NetworkDescription): string | null {
  return inOrderOfId(networks).find(({ address }) => address !== null)?.address ?? null;
}

/** Name servers that the source names, those of the machine first, then those of its networks. */
export function nameserversOf({ nameservers, networks }: NetworkDescription): string[] {
  return [...new Set([...nameservers, ...inOrderOfId(networks).flatMap(({ network }) => network.nameservers)])];
}
