import { addressesOf, needsOnLink, routesOf, usesDhcp } from '../link-networks.ts';
import { isDefaultRoute, type NetworkLink, type NetworkModel, type RenderedFile } from '../model.ts';
import { ownMark } from '../own-files.ts';
import { bondOptions } from './bond-options.ts';
import { mtuToSet } from '../mtu.ts';

const folder = '/etc/sysconfig/network';

/** Draws the model for SUSE's wicked (ifcfg(5), ifroute(5), ifcfg-bonding(5), ifcfg-vlan(5)): ifcfg and ifroute files. */
export function renderOwnSuseIfcfg({ links }: NetworkModel): RenderedFile[] {
  return links.flatMap((link) => [
    file(`${folder}/ifcfg-${link.name}`, lines(link)),
    ...unlessEmpty(`${folder}/ifroute-${link.name}`, [...routeLines(link, 'ipv4'), ...routeLines(link, 'ipv6')]),
  ]);
}

/** A member of a bond is brought up when its bond asks for it: `hotplug`. Values are in quotes, as YaST writes them. */
function lines(link: NetworkLink): string[] {
  const { kind, bond, mtu } = link;
  const bytes = mtuToSet(mtu);
  const addresses = [...addressesOf(link, 'ipv4'), ...addressesOf(link, 'ipv6')];
  return [
    `BOOTPROTO='${protocol(link)}'`,
    `STARTMODE='${bond === null ? 'auto' : 'hotplug'}'`,
    ...(bytes === undefined ? [] : [`MTU='${bytes}'`]),
    ...addresses.map((address, index) => `IPADDR${index === 0 ? '' : `_${index}`}='${address}'`),
    ...(kind.type === 'vlan' ? [`ETHERDEVICE='${kind.parent}'`, `VLAN_ID='${kind.vlanId}'`] : []),
    ...(kind.type === 'bond'
      ? [
          "BONDING_MASTER='yes'",
          `BONDING_MODULE_OPTS='${bondOptions(kind)}'`,
          ...kind.members.map((member, index) => `BONDING_SLAVE_${index}='${member}'`),
        ]
      : []),
  ];
}

function protocol(link: NetworkLink): string {
  const dhcp = { ipv4: usesDhcp(link, 'ipv4'), ipv6: usesDhcp(link, 'ipv6') };
  const hasStatic = link.networks.some(({ method }) => method === 'static');
  const word = dhcp.ipv4 && dhcp.ipv6 ? 'dhcp' : dhcp.ipv4 ? 'dhcp4' : dhcp.ipv6 ? 'dhcp6' : undefined;
  if (word !== undefined) return hasStatic ? `${word}+static` : word;
  return link.networks.length > 0 ? 'static' : 'none';
}

/** destination, gateway, netmask, interface. A gateway outside the networks of the link gets a route of its own before it is used. */
function routeLines(link: NetworkLink, family: 'ipv4' | 'ipv6'): string[] {
  return routesOf(link, family).flatMap((route) => {
    const { destination, prefixLength, gateway } = route;
    const target = isDefaultRoute(route) && family === 'ipv4' ? 'default' : `${destination}/${prefixLength}`;
    const isFar = gateway !== null && needsOnLink(link, gateway);
    const way = isFar ? [`${gateway}/${family === 'ipv4' ? 32 : 128} - - ${link.name}`] : [];
    return [...way, `${target} ${gateway ?? '-'} - ${link.name}`];
  });
}

function unlessEmpty(path: string, content: readonly string[]): RenderedFile[] {
  return content.length === 0 ? [] : [file(path, content)];
}

function file(path: string, content: readonly string[]): RenderedFile {
  return { path, mode: 0o644, content: `${[ownMark, ...content].join('\n')}\n` };
}
