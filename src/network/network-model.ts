import type { Link } from '../facts/links.ts';
import type { AddressConfig, InterfaceConfig, MachineConfig } from '../machine-config/machine-config.ts';
import type { LinkNetwork, NetworkLink, NetworkModel } from './model.ts';

export interface NetworkPlan {
  readonly model: NetworkModel;
  /** Interfaces of the configuration that this machine has no link for. */
  readonly missing: readonly number[];
}

/**
 * Pairs the interfaces of the configuration with the links of the machine: interface N is `ethN`, and where the
 * kernel's names are others, the N-th physical link in the order in which they were found.
 */
export function planNetworkModel(config: MachineConfig, links: readonly Link[]): NetworkPlan {
  const physical = links.filter((link) => link.physical);
  const paired = config.interfaces.map((wanted) => ({ wanted, link: linkOf(wanted, physical) }));
  const drawn = paired.flatMap(({ wanted, link }) => (link === undefined ? [] : [modelLink(wanted, link)]));
  return {
    model: { links: drawn, nameservers: config.nameservers },
    missing: paired.filter(({ link }) => link === undefined).map(({ wanted }) => wanted.number),
  };
}

function linkOf(wanted: InterfaceConfig, physical: readonly Link[]): Link | undefined {
  const named = physical.find((link) => link.name === `eth${wanted.number}`);
  if (named !== undefined) return named;
  const kernelNames = physical.some((link) => /^eth\d+$/.test(link.name));
  return kernelNames ? undefined : physical[wanted.number];
}

function modelLink(wanted: InterfaceConfig, link: Link): NetworkLink {
  return {
    name: link.name,
    macAddress: link.address,
    mtu: null,
    kind: { type: 'physical' },
    bond: null,
    networks: [...wanted.addresses.flatMap((address) => staticNetwork(wanted, address)), ...advertised(wanted)],
  };
}

/** The default route is interface 0's. */
function staticNetwork(wanted: InterfaceConfig, { family, ...of }: AddressConfig): LinkNetwork[] {
  if (family === 'ipv6') return [];
  const isDefault = wanted.number === 0 && of.gateway !== null;
  const routes = isDefault ? [{ destination: '0.0.0.0', prefixLength: 0, gateway: of.gateway }] : [];
  return [{ method: 'static', family, address: of.address, prefixLength: of.prefixLength, routes, nameservers: [] }];
}

/** The platform gives IPv6 addresses by router advertisement: the configuration says only that the link has IPv6. */
function advertised(wanted: InterfaceConfig): LinkNetwork[] {
  if (!wanted.addresses.some((address) => address.family === 'ipv6')) return [];
  return [{ method: 'advertised', family: 'ipv6', informationByDhcp: false, routes: [], nameservers: [] }];
}
