import { addressesOf, gatewayOf, isAdvertised, needsOnLink, routesOf, usesDhcp } from '../link-networks.ts';
import { isDefaultRoute, type NetworkLink, type NetworkModel, type RenderedFile, type Route } from '../model.ts';
import { ownMark } from '../own-files.ts';
import { mtuToSet } from '../mtu.ts';

export const interfacesFile = '/etc/network/interfaces';

/** The file of one link; interfaces(5) sources it when the line of `withSourceLine` is in the main file. */
function ifupdownPath(link: string): string {
  return `/etc/network/interfaces.d/${link}`;
}

/** Draws the model in the words of interfaces(5), a file for each link; bonds are those of ifenslave, VLANs of vlan. */
export function renderIfupdown({ links }: NetworkModel): RenderedFile[] {
  return links.map((link) => ({ path: ifupdownPath(link.name), mode: 0o644, content: renderLink(link) }));
}

/** The main file with the line that sources ours, added only if no line there does; undefined means there is no main file yet. */
export function withSourceLine(text: string | undefined): string {
  if (text === undefined) return `auto lo\niface lo inet loopback\n\n${sourceLine}\n`;
  if (
    /^[ \t]*(source[ \t]+\/etc\/network\/interfaces\.d\/\*|source-directory[ \t]+\/etc\/network\/interfaces\.d\/?)[ \t]*$/m.test(
      text,
    )
  )
    return text;
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${sourceLine}\n`;
}

/** True if the text configures the link itself, so that a file of ours would configure it twice. */
export function declaresLink(text: string, link: string): boolean {
  return text.split('\n').some((line) => {
    const [keyword, name] = line.trim().split(/\s+/);
    return keyword === 'iface' && name === link;
  });
}

const sourceLine = 'source /etc/network/interfaces.d/*';

function renderLink(link: NetworkLink): string {
  const [first = [], ...more] = stanzas(link);
  const [head = '', ...options] = first;
  // What is about the device stands in its first stanza: it is brought up once.
  const all = [[head, ...deviceOptions(link), ...options], ...more];
  return `${[ownMark, `auto ${link.name}`, ...all.flat()].join('\n')}\n`;
}

/** A stanza for each address, as interfaces(5) has it. */
function stanzas(link: NetworkLink): string[][] {
  const found = [...ipv4Stanzas(link), ...ipv6Stanzas(link)];
  return found.length === 0 ? [[`iface ${link.name} inet manual`]] : found;
}

function ipv4Stanzas(link: NetworkLink): string[][] {
  if (usesDhcp(link, 'ipv4')) return [[`iface ${link.name} inet dhcp`]];
  const statics = addressesOf(link, 'ipv4').map((address) => [
    `iface ${link.name} inet static`,
    `    address ${address}`,
  ]);
  return withRoutes(statics, link, 'ipv4');
}

/** Static addresses beside router advertisements: the static method would switch these off (accept_ra, autoconf). */
function ipv6Stanzas(link: NetworkLink): string[][] {
  const accept = isAdvertised(link) ? ['    accept_ra 2', '    autoconf 1'] : [];
  const statics = addressesOf(link, 'ipv6').map((address) => [
    `iface ${link.name} inet6 static`,
    `    address ${address}`,
    ...accept,
  ]);
  if (statics.length > 0) return withRoutes(statics, link, 'ipv6');
  if (isAdvertised(link)) return [[`iface ${link.name} inet6 auto`, ...(asksDhcp(link) ? ['    dhcp 1'] : [])]];
  return usesDhcp(link, 'ipv6') ? [[`iface ${link.name} inet6 dhcp`]] : [];
}

function asksDhcp({ networks }: NetworkLink): boolean {
  return networks.some((network) => network.method === 'advertised' && network.informationByDhcp);
}

/** Routes come with the last address: all that they need is there by then. */
function withRoutes(statics: string[][], link: NetworkLink, family: 'ipv4' | 'ipv6'): string[][] {
  const last = statics.at(-1);
  if (last === undefined) return [];
  const gateway = gatewayOf(link, family);
  // `gateway` says onlink only since ifupdown 0.8.36, and not for IPv6.
  const isPlain = gateway !== undefined && !needsOnLink(link, gateway);
  const others = routesOf(link, family).filter((route) => !(isPlain && isDefaultRoute(route)));
  return [
    ...statics.slice(0, -1),
    [
      ...last,
      ...(isPlain ? [`    gateway ${gateway}`] : []),
      ...others.map((route) => `    up ip ${family === 'ipv4' ? '-4' : '-6'} route add ${routeText(route, link)}`),
    ],
  ];
}

function routeText({ destination, prefixLength, gateway }: Route, link: NetworkLink): string {
  const via = gateway === null ? '' : ` via ${gateway}`;
  const onLink = gateway !== null && needsOnLink(link, gateway) ? ' onlink' : '';
  return `${destination}/${prefixLength}${via} dev ${link.name}${onLink}`;
}

function deviceOptions({ name, kind, bond, mtu, networks }: NetworkLink): string[] {
  const bytes = mtuToSet(mtu);
  return [
    ...(kind.type === 'vlan' ? [`    vlan-raw-device ${kind.parent}`] : []),
    ...(kind.type === 'bond'
      ? [
          `    bond-slaves ${kind.members.join(' ')}`,
          `    bond-mode ${kind.mode}`,
          `    bond-miimon ${kind.miimonMilliseconds ?? 100}`,
          ...(kind.lacpRate === null ? [] : [`    bond-lacp-rate ${kind.lacpRate}`]),
          ...(kind.transmitHashPolicy === null ? [] : [`    bond-xmit-hash-policy ${kind.transmitHashPolicy}`]),
        ]
      : []),
    ...(bond === null ? [] : [`    bond-master ${bond}`]),
    // `mtu` is an option of the static method only; this way it holds for all.
    ...(bytes === undefined ? [] : [`    pre-up ip link set dev ${name} mtu ${bytes}`]),
    // A link that only carries others is to be up all the same.
    ...(networks.length === 0 && bond === null && kind.type === 'physical'
      ? [`    up ip link set dev ${name} up`]
      : []),
  ];
}
