import { dottedNetmask } from '../../../core/text/netmask.ts';
import {
  isDefaultRoute,
  type LinkNetwork,
  type NetworkLink,
  type NetworkModel,
  type RenderedFile,
  type Route,
  type StaticNetwork,
} from '../../network-config/model.ts';
import { mtuToSet } from '../../network-config/mtu.ts';

/**
 * Draws the model for ifupdown, as glean names and words its files (interfaces(5); bonds with ifenslave's options):
 * one `.cfg` a link. The main file, which sources them, is `interfacesWithSource`.
 */
export function renderInterfaces(model: NetworkModel): RenderedFile[] {
  return model.links.map((link) => ({ path: interfacesPath(link.name), mode: 0o644, content: renderLink(link) }));
}

export function interfacesPath(link: string): string {
  return `/etc/network/interfaces.d/${link}.cfg`;
}

const sourceLine = 'source /etc/network/interfaces.d/*.cfg';

/** The main file; one that is there is kept, and gets the line that it lacks. */
export function interfacesWithSource(text: string | undefined): string {
  if (text === undefined) return `auto lo\niface lo inet loopback\n${sourceLine}\n`;
  if (/^[ \t]*source[ \t]+(\/etc\/network\/)?interfaces\.d\/\*(\.cfg)?[ \t]*$/m.test(text)) return text;
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${sourceLine}\n`;
}

function renderLink(link: NetworkLink): string {
  const stanzas = stanzasOf(link);
  return [`auto ${link.name}`, ...stanzas, ''].join('\n');
}

/** What belongs to the link and not to one of its networks goes into the first stanza. */
function stanzasOf(link: NetworkLink): string[] {
  const drawn = link.networks.filter((network) => isDrawn(network, link));
  const [first, ...others] = drawn.map((network) => [...head(link, network), ...body(link, network)]);
  return [...(first ?? [...head(link, undefined)]), ...tail(link), ...others.flat()];
}

/** Beside another network, router advertisements are left to the kernel, which takes them by itself. */
function isDrawn(network: LinkNetwork, { networks }: NetworkLink): boolean {
  return network.method !== 'advertised' || networks.length === 1;
}

function head({ name, kind, macAddress }: NetworkLink, network: LinkNetwork | undefined): string[] {
  const family = network?.family === 'ipv6' ? 'inet6' : 'inet';
  const method =
    network === undefined ? 'manual' : { static: 'static', dhcp: 'dhcp', advertised: 'auto' }[network.method];
  const stanza = `iface ${name} ${family} ${method}`;
  if (kind.type !== 'vlan') return [stanza];
  const carrier = `    vlan-raw-device ${kind.parent}`;
  return method === 'static' ? [stanza, carrier] : [stanza, carrier, `    hw-mac-address ${macAddress}`];
}

function body(link: NetworkLink, network: LinkNetwork): string[] {
  if (network.method === 'advertised') return network.informationByDhcp ? ['    dhcp 1'] : [];
  if (network.method === 'dhcp') return [];
  const { family, address, prefixLength } = network;
  const netmask = family === 'ipv4' ? dottedNetmask(prefixLength) : prefixLength;
  return [
    `    address ${address}`,
    `    netmask ${netmask}`,
    ...network.routes.flatMap((route) => routeLines(link.name, network, route)),
  ];
}

function routeLines(link: string, { family }: StaticNetwork, route: Route): string[] {
  if (isDefaultRoute(route)) return [`    gateway ${route.gateway}`];
  const { destination, prefixLength, gateway } = route;
  if (family === 'ipv4' && gateway !== null) {
    const what = `-net ${destination} netmask ${dottedNetmask(prefixLength)} gw ${gateway} || true`;
    return [`    up route add ${what}`, `    down route del ${what}`];
  }
  const via = gateway === null ? '' : ` via ${gateway}`;
  const what = `${destination}/${prefixLength}${via} dev ${link} || true`;
  const tool = family === 'ipv4' ? 'ip -4' : 'ip -6';
  return [`    up ${tool} route add ${what}`, `    down ${tool} route del ${what}`];
}

function tail({ name, kind, macAddress, bond, mtu }: NetworkLink): string[] {
  const lines: string[] = [];
  if (bond !== null) lines.push(`    bond-master ${bond}`);
  if (kind.type === 'bond') {
    const members = kind.members.join(' ');
    if (macAddress !== null) lines.push(`    hwaddress ${macAddress}`);
    lines.push(
      `    bond-mode ${kind.mode}`,
      `    bond-miimon ${kind.miimonMilliseconds ?? 0}`,
      `    bond-lacp-rate ${kind.lacpRate ?? 'slow'}`,
      `    bond-xmit_hash_policy ${kind.transmitHashPolicy ?? 'layer2'}`,
      '    bond-slaves none',
      `    post-up ifenslave ${name} ${members}`,
      `    pre-down ifenslave -d ${name} ${members}`,
    );
  }
  const bytes = mtuToSet(mtu);
  // `mtu` is an option of the static method only; this way it holds for all.
  if (bytes !== undefined) lines.push(`    pre-up ip link set dev ${name} mtu ${bytes}`);
  return lines;
}
