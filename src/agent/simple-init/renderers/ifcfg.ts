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
import { ipv6Lines, ipv6RouteLines } from './ifcfg-ipv6.ts';
import { mtuToSet } from '../../network-config/mtu.ts';

const folder = '/etc/sysconfig/network-scripts';

export function ifcfgPath(link: string): string {
  return `${folder}/ifcfg-${link}`;
}

/**
 * Draws the model for Red Hat's network-scripts and NetworkManager's reader of them, as glean words it
 * (initscripts' sysconfig.txt): ifcfg, route and route6 files.
 */
export function renderIfcfg(model: NetworkModel, options: { readonly networkManager: boolean }): RenderedFile[] {
  return model.links.flatMap((link) => [
    file(ifcfgPath(link.name), [...header(link, options.networkManager), ...ipv4Lines(link), ...ipv6Lines(link)]),
    ...unlessEmpty(`${folder}/route-${link.name}`, routeLines(link)),
    ...unlessEmpty(`${folder}/route6-${link.name}`, ipv6RouteLines(link)),
  ]);
}

function header(link: NetworkLink, networkManager: boolean): string[] {
  const bytes = mtuToSet(link.mtu);
  return [
    '# Automatically generated, do not edit',
    `DEVICE=${link.name}`,
    `BOOTPROTO=${bootProtocol(link.networks)}`,
    ...(link.macAddress === null ? [] : [`HWADDR=${link.macAddress}`]),
    'ONBOOT=yes',
    `NM_CONTROLLED=${networkManager ? 'yes' : 'no'}`,
    'TYPE=Ethernet',
    ...(bytes === undefined ? [] : [`MTU=${bytes}`]),
  ];
}

function bootProtocol(networks: readonly LinkNetwork[]): 'static' | 'dhcp' | 'none' {
  const ipv4 = networks.filter(({ family }) => family === 'ipv4');
  if (ipv4.some(({ method }) => method === 'dhcp')) return 'dhcp';
  return ipv4.length > 0 ? 'static' : 'none';
}

function ipv4Lines(link: NetworkLink): string[] {
  const gateway = ipv4Routes(link).find(isDefaultRoute)?.gateway;
  return [
    ...staticNetworks(link).flatMap(addressLines),
    ...(link.kind.type === 'vlan' ? ['VLAN=yes'] : []),
    ...(link.bond === null ? [] : ['SLAVE=yes', `MASTER=${link.bond}`]),
    ...(gateway == null ? [] : ['DEFROUTE=yes', `GATEWAY=${gateway}`]),
  ];
}

/** The first address has no number, the second is IPADDR1. */
function addressLines({ address, prefixLength }: StaticNetwork, index: number): string[] {
  const number = index === 0 ? '' : String(index);
  return [`IPADDR${number}=${address}`, `NETMASK${number}=${dottedNetmask(prefixLength)}`];
}

function staticNetworks({ networks }: NetworkLink): StaticNetwork[] {
  return networks.filter((network) => network.method === 'static').filter(({ family }) => family === 'ipv4');
}

/** Those of a link with DHCP come with its lease. */
function ipv4Routes(link: NetworkLink): Route[] {
  return staticNetworks(link).flatMap(({ routes }) => routes);
}

function routeLines(link: NetworkLink): string[] {
  return ipv4Routes(link)
    .filter((route) => !isDefaultRoute(route))
    .flatMap(({ destination, prefixLength, gateway }, index) => [
      `ADDRESS${index}=${destination}`,
      `NETMASK${index}=${dottedNetmask(prefixLength)}`,
      ...(gateway === null ? [] : [`GATEWAY${index}=${gateway}`]),
    ]);
}

function unlessEmpty(path: string, lines: readonly string[]): RenderedFile[] {
  return lines.length === 0 ? [] : [file(path, lines)];
}

function file(path: string, lines: readonly string[]): RenderedFile {
  return { path, mode: 0o644, content: `${lines.join('\n')}\n` };
}
