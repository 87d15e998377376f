import type { Family } from '../../core/text/ip-address.ts';

/** A way to other networks; the default route has prefix length 0. */
export interface Route {
  readonly destination: string;
  readonly prefixLength: number;
  /** Null where the destination is on the link itself. */
  readonly gateway: string | null;
}

/** How a link takes part in one network. A link may take part in several, of either family. */
export type LinkNetwork = StaticNetwork | DhcpNetwork | AdvertisedNetwork;

interface NetworkSettings {
  readonly routes: readonly Route[];
  /** Name servers of this network only; those of the machine are in the model. */
  readonly nameservers: readonly string[];
}

export interface StaticNetwork extends NetworkSettings {
  readonly method: 'static';
  readonly family: Family;
  readonly address: string;
  readonly prefixLength: number;
}

export interface DhcpNetwork extends NetworkSettings {
  readonly method: 'dhcp';
  readonly family: Family;
}

/** Addresses and routes of IPv6 by router advertisement (RFC 4862). */
export interface AdvertisedNetwork extends NetworkSettings {
  readonly method: 'advertised';
  readonly family: 'ipv6';
  /** Ask DHCPv6 for everything but the address (RFC 8415, 6.1). */
  readonly informationByDhcp: boolean;
}

export interface PhysicalLink {
  readonly type: 'physical';
}

/** Options are null where the driver's default is meant (Linux Documentation/networking/bonding.rst). */
export interface BondLink {
  readonly type: 'bond';
  /** Names of the links that it is made of. */
  readonly members: readonly string[];
  readonly mode: string;
  readonly miimonMilliseconds: number | null;
  readonly transmitHashPolicy: string | null;
  readonly lacpRate: string | null;
}

export interface VlanLink {
  readonly type: 'vlan';
  readonly vlanId: number;
  /** Name of the link that carries it. */
  readonly parent: string;
  /** What the source calls that link. */
  readonly parentId: string;
}

/** What one link shall be, whatever configures it. */
export interface NetworkLink {
  /** As the kernel names it; a VLAN is `<parent>.<id>`. */
  readonly name: string;
  /** Lower case; null where the link is found only by its name. */
  readonly macAddress: string | null;
  /** Bytes; null where nothing is to be set. */
  readonly mtu: number | null;
  readonly kind: PhysicalLink | BondLink | VlanLink;
  /** Name of the bond that the link is a member of. */
  readonly bond: string | null;
  /** Empty for a link that only carries others. */
  readonly networks: readonly LinkNetwork[];
}

/** The network that the machine shall have: every source produces it, every renderer draws it. */
export interface NetworkModel {
  readonly links: readonly NetworkLink[];
  /** Name servers of the machine as a whole. */
  readonly nameservers: readonly string[];
}

/** What a renderer returns; somebody else writes it. */
export interface RenderedFile {
  readonly path: string;
  readonly mode: number;
  readonly content: string;
}

export function isDefaultRoute(route: Route): boolean {
  return route.prefixLength === 0;
}
