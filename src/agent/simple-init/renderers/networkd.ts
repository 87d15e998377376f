import type { LinkNetwork, NetworkLink, NetworkModel, RenderedFile } from '../../network-config/model.ts';
import { mtuToSet } from '../../network-config/mtu.ts';

const folder = '/etc/systemd/network';

/** A device with its files: `.network`, and `.netdev` where networkd has to make it. */
export function networkdPaths(link: string): string[] {
  return [`${folder}/${link}.network`, `${folder}/${link}.netdev`];
}

/** Draws the model for systemd-networkd (systemd.network(5), systemd.netdev(5)), as glean names and orders it. */
export function renderNetworkd(model: NetworkModel): RenderedFile[] {
  return model.links.flatMap((link) => {
    const [network, netdev] = networkdPaths(deviceName(link));
    const vlans = model.links.filter(({ kind }) => kind.type === 'vlan' && kind.parent === link.name).map(deviceName);
    return [
      file(network, networkSections(link, vlans)),
      ...(link.kind.type === 'physical' ? [] : [file(netdev, netdevSections(link))]),
    ];
  });
}

/** networkd makes the device itself, under a name of glean's. */
function deviceName({ name, kind }: NetworkLink): string {
  return kind.type === 'vlan' ? `${kind.parent}-vlan${kind.vlanId}` : name;
}

function networkSections(link: NetworkLink, vlans: readonly string[]): string[][] {
  const bytes = mtuToSet(link.mtu);
  return [
    ['[Match]', ...identity(link)],
    ...(bytes === undefined ? [] : [['[Link]', `MTUBytes=${bytes}`]]),
    ['[Network]', ...sorted(networkLines(link, vlans))],
    ...link.networks.flatMap((each) =>
      each.method === 'static' ? [['[Address]', `Address=${each.address}/${each.prefixLength}`]] : [],
    ),
    ...link.networks
      .flatMap(({ routes }) => routes)
      .map(({ destination, prefixLength, gateway }) => [
        '[Route]',
        `Destination=${destination}/${prefixLength}`,
        ...(gateway === null ? [] : [`Gateway=${gateway}`]),
      ]),
  ];
}

function identity(link: NetworkLink): string[] {
  return [...(link.macAddress === null ? [] : [`MACAddress=${link.macAddress}`]), `Name=${deviceName(link)}`];
}

/** A VLAN names itself too: glean's files have that line, and networkd ignores it. */
function networkLines(link: NetworkLink, vlans: readonly string[]): string[] {
  const dhcp = dhcpOf(link.networks);
  return [
    ...(link.bond === null ? [] : [`Bond=${link.bond}`]),
    ...(dhcp === undefined ? [] : [`DHCP=${dhcp}`]),
    ...link.networks.flatMap(({ nameservers }) => nameservers).map((address) => `DNS=${address}`),
    `IPv6AcceptRA=${needsAdvertisements(link.networks) ? 'yes' : 'no'}`,
    ...[...vlans, ...(link.kind.type === 'vlan' ? [deviceName(link)] : [])].map((vlan) => `VLAN=${vlan}`),
  ];
}

function dhcpOf(networks: readonly LinkNetwork[]): 'yes' | 'ipv4' | 'ipv6' | undefined {
  const families = new Set(networks.filter(({ method }) => method === 'dhcp').map(({ family }) => family));
  if (families.size === 2) return 'yes';
  return [...families][0];
}

/** DHCPv6 gives addresses and no routes: those come only from router advertisements (RFC 8415, 4). */
function needsAdvertisements(networks: readonly LinkNetwork[]): boolean {
  return networks.some(({ family, method }) => family === 'ipv6' && method !== 'static');
}

function netdevSections(link: NetworkLink): string[][] {
  const { kind } = link;
  const netdev = ['[NetDev]', ...sorted([...identity(link), `Kind=${kind.type}`])];
  if (kind.type === 'vlan') return [netdev, ['[VLAN]', `Id=${kind.vlanId}`]];
  if (kind.type !== 'bond') return [netdev];
  const options = [
    `Mode=${kind.mode}`,
    `LACPTransmitRate=${kind.lacpRate ?? 'fast'}`,
    ...(kind.transmitHashPolicy === null ? [] : [`TransmitHashPolicy=${kind.transmitHashPolicy}`]),
    ...(kind.miimonMilliseconds === null ? [] : [`MIIMonitorSec=${kind.miimonMilliseconds}`]),
  ];
  return [netdev, ['[Bond]', ...sorted(options)]];
}

function sorted(lines: readonly string[]): string[] {
  return [...new Set(lines)].sort();
}

function file(path: string | undefined, sections: readonly (readonly string[])[]): RenderedFile {
  const text = sections.map((lines) => `${lines.join('\n')}\n\n`).join('');
  return { path: path ?? '', mode: 0o644, content: `# Automatically generated, do not edit\n${text}` };
}
