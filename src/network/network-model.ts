import type { Link } from '../facts/links.ts';
import type { InterfaceConfig, MachineConfig } from '../machine-config/machine-config.ts';
import type { NetworkAddress, NetworkLink, NetworkModel } from './model.ts';

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
  return {
    model: { links: paired.flatMap(({ wanted, link }) => (link === undefined ? [] : [modelLink(wanted, link)])) },
    missing: paired.filter(({ link }) => link === undefined).map(({ wanted }) => wanted.number),
  };
}

function linkOf(wanted: InterfaceConfig, physical: readonly Link[]): Link | undefined {
  const named = physical.find((link) => link.name === `eth${wanted.number}`);
  if (named !== undefined) return named;
  const kernelNames = physical.some((link) => /^eth\d+$/.test(link.name));
  return kernelNames ? undefined : physical[wanted.number];
}

/**
 * The platform gives IPv6 addresses by router advertisement: the configuration says only that the link has IPv6.
 * The default route is interface 0's.
 */
function modelLink(wanted: InterfaceConfig, link: Link): NetworkLink {
  const addresses: NetworkAddress[] = wanted.addresses
    .filter((address) => address.family === 'ipv4')
    .map(({ family, address, prefixLength, gateway }) => ({
      family,
      address,
      prefixLength,
      gateway: wanted.number === 0 ? gateway : null,
    }));
  return {
    name: link.name,
    addresses,
    acceptRouterAdvertisements: wanted.addresses.some((address) => address.family === 'ipv6'),
  };
}
