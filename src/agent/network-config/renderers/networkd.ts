import {
  addressesOf,
  hasFamily,
  isAdvertised,
  mayCarryDefaultRoute,
  nameserversOf,
  needsOnLink,
  routesOf,
  usesDhcp,
} from '../link-networks.ts';
import type { BondLink, NetworkLink, NetworkModel, RenderedFile, Route } from '../model.ts';
import { ownMark } from '../own-files.ts';
import { mtuToSet } from '../mtu.ts';

const folder = '/etc/systemd/network';

/** networkd takes the first file by name that fits: ours comes before what images bring for all links. */
function ownNetworkdPath(link: string, type: 'network' | 'netdev'): string {
  return `${folder}/10-gandi-${link}.${type}`;
}

/** Draws the model for systemd-networkd (systemd.network(5), systemd.netdev(5)). */
export function renderOwnNetworkd(model: NetworkModel): RenderedFile[] {
  const required = model.links.some(mayCarryDefaultRoute) ? mayCarryDefaultRoute : () => true;
  return model.links.flatMap((link) => [
    file(ownNetworkdPath(link.name, 'network'), networkSections(link, model, required(link))),
    ...netdevSections(link).map((sections) => file(ownNetworkdPath(link.name, 'netdev'), sections)),
  ]);
}

function networkSections(link: NetworkLink, model: NetworkModel, isRequired: boolean): string[][] {
  const vlans = model.links.filter(({ kind }) => kind.type === 'vlan' && kind.parent === link.name);
  const bytes = mtuToSet(link.mtu);
  // A private network without carrier must not hold up the boot.
  const required = isRequired && link.networks.length > 0 ? [] : ['RequiredForOnline=no'];
  const linkLines = [...(bytes === undefined ? [] : [`MTUBytes=${bytes}`]), ...required];
  return [
    ['[Match]', ...matchLines(link)],
    ...(linkLines.length === 0 ? [] : [['[Link]', ...linkLines]]),
    ['[Network]', ...networkLines(link), ...vlans.map(({ name }) => `VLAN=${name}`)],
    ...[...routesOf(link, 'ipv4'), ...routesOf(link, 'ipv6')].map((route) => routeSection(link, route)),
  ];
}

/** A MAC address is the NIC's own one: a bond, its members and its VLANs all show the same. */
function matchLines({ name, macAddress, kind }: NetworkLink): string[] {
  const byAddress = kind.type === 'physical' && macAddress !== null;
  return [byAddress ? `PermanentMACAddress=${macAddress}` : `Name=${name}`];
}

function networkLines(link: NetworkLink): string[] {
  if (link.bond !== null) return [`Bond=${link.bond}`];
  const dhcp = { ipv4: usesDhcp(link, 'ipv4'), ipv6: usesDhcp(link, 'ipv6') };
  const families = dhcp.ipv4 && dhcp.ipv6 ? 'yes' : dhcp.ipv4 ? 'ipv4' : 'ipv6';
  return [
    ...(dhcp.ipv4 || dhcp.ipv6 ? [`DHCP=${families}`] : []),
    ...(hasFamily(link, 'ipv6') ? [] : ['LinkLocalAddressing=no']),
    // DHCPv6 gives addresses and no routes: those come only from router advertisements (RFC 8415, 4).
    `IPv6AcceptRA=${isAdvertised(link) || dhcp.ipv6 ? 'yes' : 'no'}`,
    ...[...addressesOf(link, 'ipv4'), ...addressesOf(link, 'ipv6')].map((address) => `Address=${address}`),
    ...nameserversOf(link).map((address) => `DNS=${address}`),
  ];
}

function routeSection(link: NetworkLink, { destination, prefixLength, gateway }: Route): string[] {
  return [
    '[Route]',
    `Destination=${destination}/${prefixLength}`,
    ...(gateway === null ? [] : [`Gateway=${gateway}`]),
    ...(gateway !== null && needsOnLink(link, gateway) ? ['GatewayOnLink=yes'] : []),
  ];
}

function netdevSections({ name, kind }: NetworkLink): string[][][] {
  const netdev = ['[NetDev]', `Name=${name}`, `Kind=${kind.type}`];
  if (kind.type === 'vlan') return [[netdev, ['[VLAN]', `Id=${kind.vlanId}`]]];
  return kind.type === 'bond' ? [[netdev, ['[Bond]', ...bondLines(kind)]]] : [];
}

function bondLines({ mode, lacpRate, transmitHashPolicy, miimonMilliseconds }: BondLink): string[] {
  return [
    `Mode=${mode}`,
    `MIIMonitorSec=${miimonMilliseconds ?? 100}ms`,
    ...(lacpRate === null ? [] : [`LACPTransmitRate=${lacpRate}`]),
    ...(transmitHashPolicy === null ? [] : [`TransmitHashPolicy=${transmitHashPolicy}`]),
  ];
}

function file(path: string, sections: readonly (readonly string[])[]): RenderedFile {
  return { path, mode: 0o644, content: `${ownMark}\n${sections.map((lines) => lines.join('\n')).join('\n\n')}\n` };
}
