import { dottedNetmask } from '../../../core/text/netmask.ts';
import {
  isDefaultRoute,
  type NetworkLink,
  type NetworkModel,
  type RenderedFile,
  type Route,
  type StaticNetwork,
} from '../../network-config/model.ts';
import { mtuToSet } from '../../network-config/mtu.ts';

export function netifrcPath(link: string): string {
  return `/etc/conf.d/net.${link}`;
}

/** Draws the model for Gentoo's netifrc (net.example), as glean words it: VLANs are in the file of the link that carries them. */
export function renderNetifrc(model: NetworkModel): RenderedFile[] {
  return model.links.filter(({ kind }) => kind.type !== 'vlan').map((link) => renderFile(link, vlansOf(link, model)));
}

function vlansOf({ name }: NetworkLink, { links }: NetworkModel): NetworkLink[] {
  return links.filter(({ kind }) => kind.type === 'vlan' && kind.parent === name);
}

function renderFile(link: NetworkLink, vlans: readonly NetworkLink[]): RenderedFile {
  const ids = vlans.map(({ kind }) => (kind.type === 'vlan' ? kind.vlanId : ''));
  const lines = [
    '# Automatically generated, do not edit',
    ...(vlans.length === 0 ? [] : [`vlans_${variable(link)}="${ids.join(' ')}"`]),
    ...[link, ...vlans].flatMap(linkLines),
  ];
  return { path: netifrcPath(link.name), mode: 0o644, content: `${lines.join('\n')}\n` };
}

/** netifrc turns every character that a shell's variable cannot have into an underscore. */
function variable({ name }: NetworkLink): string {
  return name.replace(/[^A-Za-z0-9_]/g, '_');
}

function linkLines(link: NetworkLink): string[] {
  const { kind } = link;
  const name = variable(link);
  const bytes = mtuToSet(link.mtu);
  return [
    ...configLines(link),
    ...(bytes === undefined ? [] : [`mtu_${name}="${bytes}"`]),
    ...(kind.type === 'bond' ? [`slaves_${name}="${kind.members.join(' ')}"`, `mode_${name}="${kind.mode}"`] : []),
  ];
}

/** Whatever comes by itself is `dhcp`: dhcpcd answers router advertisements too. */
function configLines(link: NetworkLink): string[] {
  const name = variable(link);
  const mac = link.macAddress === null ? [] : [`mac_${name}="${link.macAddress}"`];
  if (link.networks.length === 0) return [`config_${name}="null"`, ...mac];
  const statics = staticsOf(link);
  const routes = statics.flatMap((network) => network.routes);
  return [
    ...(statics.length === 0 ? [] : [`config_${name}="${statics.map(addressText).join('\n')}"`, ...mac]),
    ...(routes.length === 0 ? [] : [`routes_${name}="${routes.map(routeText).join('\n')}"`]),
    ...link.networks.filter(({ method }) => method !== 'static').flatMap(() => [`config_${name}="dhcp"`, ...mac]),
  ];
}

/** Static IPv6 beside IPv4 is left out, as glean does; without IPv4 it is all that the link has. */
function staticsOf({ networks }: NetworkLink): StaticNetwork[] {
  const statics = networks.filter((network) => network.method === 'static');
  const ipv4 = statics.filter(({ family }) => family === 'ipv4');
  return networks.some(({ family }) => family === 'ipv4') ? ipv4 : statics;
}

function addressText({ family, address, prefixLength }: StaticNetwork): string {
  return family === 'ipv4' ? `${address} netmask ${dottedNetmask(prefixLength)}` : `${address}/${prefixLength}`;
}

function routeText(route: Route): string {
  const via = route.gateway === null ? '' : ` via ${route.gateway}`;
  if (isDefaultRoute(route)) return `default${via}`;
  const isIpv6 = route.destination.includes(':');
  return `${route.destination}${isIpv6 ? `/${route.prefixLength}` : ` netmask ${dottedNetmask(route.prefixLength)}`}${via}`;
}
