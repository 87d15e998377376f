/** One address with its prefix length. */
export interface NetworkAddress {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly prefixLength: number;
  /** The default route through this address's network; at most one link of a machine has one. */
  readonly gateway: string | null;
}

/** What one link shall be, whatever configures it. */
export interface NetworkLink {
  readonly name: string;
  readonly addresses: readonly NetworkAddress[];
  /** Take addresses and routes of IPv6 from router advertisements. */
  readonly acceptRouterAdvertisements: boolean;
}

/** The network that the machine shall have: every source produces it, every renderer draws it. */
export interface NetworkModel {
  readonly links: readonly NetworkLink[];
}

/** What a renderer returns; somebody else writes it. */
export interface RenderedFile {
  readonly path: string;
  readonly mode: number;
  readonly content: string;
}
