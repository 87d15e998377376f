import { dottedNetmask } from '../../../core/text/netmask.ts';
import {
  isDefaultRoute,
  type NetworkLink,
  type NetworkModel,
  type RenderedFile,
  type Route,
  type StaticNetwork,
} from '../../network-config/model.ts';
import { ipv6Lines, ipv6RouteLines } from './ifcfg-ipv6.ts';
import { mtuToSet } from '../../network-config/mtu.ts';

const folder = '/etc/sysconfig/network';

export function suseIfcfgPath(link: string): string {
  return `${folder}/ifcfg-${link}`;
}

/** Draws the model for SUSE's wicked, as glean words it (ifcfg(5), ifroute(5)): ifcfg, ifroute and ifroute6 files. */
export function renderSuseIfcfg(model: NetworkModel): RenderedFile[] {
  return model.links.flatMap((link) => [
    file(suseIfcfgPath(link.name), [...header(link), ...ipv4Lines(link), ...kindLines(link), ...ipv6Lines(link)]),
    ...unlessEmpty(`${folder}/ifroute-${link.name}`, ipv4Routes(link).map(routeLine)),
    ...unlessEmpty(`${folder}/ifroute6-${link.name}`, ipv6RouteLines(link)),
  ]);
}

/** A member of a bond is brought up when its bond asks for it: `hotplug`. */
function header(link: NetworkLink): string[] {
  const ipv4 = link.networks.filter(({ family }) => family === 'ipv4');
  const isDhcp = ipv4.some(({ method }) => method === 'dhcp');
  const bytes = mtuToSet(link.mtu);
  return [
    '# Automatically generated, do not edit',
    `BOOTPROTO=${isDhcp ? 'dhcp' : ipv4.length > 0 ? 'static' : 'none'}`,
    ...(link.macAddress === null ? [] : [`LLADDR=${link.macAddress}`]),
    `STARTMODE=${link.bond === null ? 'auto' : 'hotplug'}`,
    ...(bytes === undefined ? [] : [`MTU=${bytes}`]),
  ];
}

/** The first address has no suffix, others have one of their own. */
function ipv4Lines(link: NetworkLink): string[] {
  return staticNetworks(link).flatMap(({ address, prefixLength }, index) => {
    const suffix = index === 0 ? '' : `_${index}`;
    return [`IPADDR${suffix}=${address}`, `NETMASK${suffix}=${dottedNetmask(prefixLength)}`];
  });
}

function staticNetworks({ networks }: NetworkLink): StaticNetwork[] {
  return networks.filter((network) => network.method === 'static').filter(({ family }) => family === 'ipv4');
}

function kindLines({ kind }: NetworkLink): string[] {
  switch (kind.type) {
    case 'physical':
      return [];
    case 'vlan':
      return [`VLAN_ID=${kind.vlanId}`, `ETHERDEVICE=${kind.parent}`];
    case 'bond':
      return ['BONDING_MASTER=yes', ...kind.members.map((member, index) => `BONDING_SLAVE_${index}=${member}`)];
  }
}

/** Those of a link with DHCP come with its lease. */
function ipv4Routes(link: NetworkLink): Route[] {
  return staticNetworks(link).flatMap(({ routes }) => routes);
}

function routeLine(route: Route): string {
  if (isDefaultRoute(route)) return `default ${route.gateway}`;
  return `${route.destination} ${route.gateway ?? '-'} ${dottedNetmask(route.prefixLength)}`;
}

function unlessEmpty(path: string, lines: readonly string[]): RenderedFile[] {
  return lines.length === 0 ? [] : [file(path, lines)];
}

function file(path: string, lines: readonly string[]): RenderedFile {
  return { path, mode: 0o644, content: `${lines.join('\n')}\n` };
}
