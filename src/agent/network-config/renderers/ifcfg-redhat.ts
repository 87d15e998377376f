import {
  addressesOf,
  gatewayOf,
  hasFamily,
  isAdvertised,
  needsOnLink,
  routesOf,
  serversFor,
  usesDhcp,
} from '../link-networks.ts';
import { isDefaultRoute, type NetworkLink, type NetworkModel, type RenderedFile } from '../model.ts';
import { ownMark } from '../own-files.ts';
import { bondOptions } from './bond-options.ts';
import { mtuToSet } from '../mtu.ts';

const folder = '/etc/sysconfig/network-scripts';

/** Draws the model for Red Hat's network-scripts (initscripts' sysconfig.txt): ifcfg, route and route6 files. */
export function renderRedHatIfcfg(model: NetworkModel): RenderedFile[] {
  return model.links.flatMap((link) => [
    file(`${folder}/ifcfg-${link.name}`, [
      ...deviceLines(link),
      ...ipv4Lines(link),
      ...ipv6Lines(link),
      ...dns(link, model),
    ]),
    ...unlessEmpty(`${folder}/route-${link.name}`, routeLines(link, 'ipv4')),
    ...unlessEmpty(`${folder}/route6-${link.name}`, routeLines(link, 'ipv6')),
  ]);
}

function deviceLines({ name, kind, macAddress, mtu, bond }: NetworkLink): string[] {
  const bytes = mtuToSet(mtu);
  const types = { physical: 'Ethernet', bond: 'Bond', vlan: 'Vlan' } as const;
  return [
    `DEVICE=${name}`,
    `TYPE=${types[kind.type]}`,
    ...(kind.type === 'physical' && macAddress !== null ? [`HWADDR=${macAddress.toUpperCase()}`] : []),
    ...(kind.type === 'vlan' ? ['VLAN=yes', `PHYSDEV=${kind.parent}`, `VLAN_ID=${kind.vlanId}`] : []),
    ...(kind.type === 'bond' ? ['BONDING_MASTER=yes', `BONDING_OPTS="${bondOptions(kind)}"`] : []),
    ...(bond === null ? [] : ['SLAVE=yes', `MASTER=${bond}`]),
    'ONBOOT=yes',
    ...(bytes === undefined ? [] : [`MTU=${bytes}`]),
  ];
}

/** The first address has no number, the second is IPADDR1. */
function ipv4Lines(link: NetworkLink): string[] {
  const gateway = gatewayOf(link, 'ipv4');
  return [
    `BOOTPROTO=${usesDhcp(link, 'ipv4') ? 'dhcp' : 'none'}`,
    ...addressesOf(link, 'ipv4').flatMap((text, index) => {
      const [address, prefix] = text.split('/');
      const number = index === 0 ? '' : String(index);
      return [`IPADDR${number}=${address}`, `PREFIX${number}=${prefix}`];
    }),
    `DEFROUTE=${gateway === undefined && !usesDhcp(link, 'ipv4') ? 'no' : 'yes'}`,
    ...(gateway === undefined || needsOnLink(link, gateway) ? [] : [`GATEWAY=${gateway}`]),
  ];
}

function ipv6Lines(link: NetworkLink): string[] {
  if (!hasFamily(link, 'ipv6')) return ['IPV6INIT=no'];
  const [first, ...more] = addressesOf(link, 'ipv6');
  const gateway = gatewayOf(link, 'ipv6');
  return [
    'IPV6INIT=yes',
    `IPV6_AUTOCONF=${isAdvertised(link) ? 'yes' : 'no'}`,
    ...(usesDhcp(link, 'ipv6') ? ['DHCPV6C=yes'] : []),
    ...(first === undefined ? [] : [`IPV6ADDR=${first}`]),
    ...(more.length === 0 ? [] : [`IPV6ADDR_SECONDARIES="${more.join(' ')}"`]),
    ...(gateway === undefined || needsOnLink(link, gateway) ? [] : [`IPV6_DEFAULTGW=${gateway}`]),
  ];
}

function dns(link: NetworkLink, model: NetworkModel): string[] {
  return serversFor(link, model).map((server, index) => `DNS${index + 1}=${server}`);
}

/** In the words of ip-route(8). A gateway outside the networks of the link gets a route of its own before it is used. */
function routeLines(link: NetworkLink, family: 'ipv4' | 'ipv6'): string[] {
  return routesOf(link, family).flatMap((route) => {
    const { destination, prefixLength, gateway } = route;
    const isFar = gateway !== null && needsOnLink(link, gateway);
    if (isDefaultRoute(route) && !isFar) return [];
    const target = isDefaultRoute(route) ? 'default' : `${destination}/${prefixLength}`;
    const via = gateway === null ? '' : ` via ${gateway}`;
    const way = isFar ? [`${gateway}/${family === 'ipv4' ? 32 : 128} dev ${link.name}`] : [];
    return [...way, `${target}${via} dev ${link.name}`];
  });
}

function unlessEmpty(path: string, lines: readonly string[]): RenderedFile[] {
  return lines.length === 0 ? [] : [file(path, lines)];
}

function file(path: string, lines: readonly string[]): RenderedFile {
  return { path, mode: 0o644, content: `${[ownMark, ...lines].join('\n')}\n` };
}
