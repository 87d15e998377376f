import type { LinkNetwork } from './model.ts';

/**
 * A network as a platform describes it, before anybody looked at the machine: links by MAC address, nothing about
 * device names. After OpenStack's network_data.json
 * (https://docs.openstack.org/nova/latest/_downloads/9119ca7ac90aa2990e762c08baea3a36/network_data.json).
 */
export interface NetworkDescription {
  readonly links: readonly DescribedLink[];
  readonly networks: readonly DescribedNetwork[];
  /** Name servers of the machine as a whole. */
  readonly nameservers: readonly string[];
}

export type DescribedLink = DescribedPhysical | DescribedBond | DescribedVlan;

interface LinkSettings {
  readonly id: string;
  readonly mtu: number | null;
}

export interface DescribedPhysical extends LinkSettings {
  readonly type: 'physical';
  /** Lower case. */
  readonly macAddress: string;
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
  readonly id: string;
  /** Id of the link that takes part in it. */
  readonly link: string;
  readonly network: LinkNetwork;
  /** The address that the platform says the machine has there, also where it comes by router advertisement. */
  readonly address: string | null;
}

export const nothingDescribed: NetworkDescription = { links: [], networks: [], nameservers: [] };
