import type { Link } from './links.ts';
import type { AddressConfig, InterfaceConfig, MachineConfig } from '../machine-config/machine-config.ts';
import type { LinkNetwork, NetworkLink, NetworkModel } from '../network-config/model.ts';

export interface NetworkPlan {
  readonly model: NetworkModel;
  /** Interfaces of the configuration that this machine has no link for. */
  readonly missing: readonly number[];
}

export interface NetworkOptions {
  /** Give the IPv6 addresses that the configuration names, beside those of router advertisements. */
  readonly staticIpv6: boolean;
}

/**
 * Pairs the interfaces of the configuration with the links of the machine: interface N is `ethN` or `enXN`, whose numbers
 * are the platform's own, and where the names are others, the N-th physical link in the order in which the kernel found them.
 */
export function planNetworkModel(
  config: MachineConfig,
  links: readonly Link[],
  options: NetworkOptions = { staticIpv6: false },
): NetworkPlan {
  const physical = links.filter((link) => link.physical);
  const paired = config.interfaces.map((wanted) => ({ wanted, link: linkOf(wanted, physical) }));
  const drawn = paired.flatMap(({ wanted, link }) => (link === undefined ? [] : [modelLink(wanted, link, options)]));
  return {
    model: { links: drawn, nameservers: config.nameservers },
    missing: paired.filter(({ link }) => link === undefined).map(({ wanted }) => wanted.number),
  };
}

// The kernel's own names, and those of Xen's NICs: `enX` with the number of the virtual interface (systemd.net-naming-scheme(7), v252).
const numberedName = /^(?:eth|enX)(\d+)$/;

/** Which link of the machine is the interface of the configuration; undefined if none is. */
export function linkOf(wanted: Pick<InterfaceConfig, 'number'>, physical: readonly Link[]): Link | undefined {
  const numberOf = ({ name }: Link) => numberedName.exec(name)?.[1];
  const isNumbered = physical.some((link) => numberOf(link) !== undefined);
  if (!isNumbered) return physical[wanted.number];
  return physical.find((link) => numberOf(link) === String(wanted.number));
}

function modelLink(wanted: InterfaceConfig, link: Link, options: NetworkOptions): NetworkLink {
  return {
    name: link.name,
    // A tree that is not running tells no address.
    macAddress: link.address === '' ? null : link.address,
    mtu: null,
    kind: { type: 'physical' },
    bond: null,
    networks: [
      ...wanted.addresses.flatMap((address) => staticNetwork(wanted, address, options)),
      ...advertised(wanted),
    ],
  };
}

/** The default route is interface 0's; that of IPv6 comes by router advertisement. */
function staticNetwork(
  wanted: InterfaceConfig,
  { family, ...of }: AddressConfig,
  { staticIpv6 }: NetworkOptions,
): LinkNetwork[] {
  if (family === 'ipv6') {
    const { address, prefixLength } = of;
    return staticIpv6 ? [{ method: 'static', family, address, prefixLength, routes: [], nameservers: [] }] : [];
  }
  const isDefault = wanted.number === 0 && of.gateway !== null;
  const routes = isDefault ? [{ destination: '0.0.0.0', prefixLength: 0, gateway: of.gateway }] : [];
  return [{ method: 'static', family, address: of.address, prefixLength: of.prefixLength, routes, nameservers: [] }];
}

/** The platform gives IPv6 addresses by router advertisement: the configuration says only that the link has IPv6. */
function advertised(wanted: InterfaceConfig): LinkNetwork[] {
  if (!wanted.addresses.some((address) => address.family === 'ipv6')) return [];
  return [{ method: 'advertised', family: 'ipv6', informationByDhcp: false, routes: [], nameservers: [] }];
}
