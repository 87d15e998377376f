import {
  addressesOf,
  hasFamily,
  isAdvertised,
  mayCarryDefaultRoute,
  needsOnLink,
  routesOf,
  serversFor,
  usesDhcp,
} from '../link-networks.ts';
import type { NetworkLink, NetworkModel, RenderedFile } from '../model.ts';
import { ownMark } from '../own-files.ts';
import { mtuToSet } from '../mtu.ts';

/** Behind 50-cloud-init.yaml and the installer's: where two files speak of one definition, the later one wins. */
export const netplanPath = '/etc/netplan/90-gandi.yaml';

type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

/**
 * Draws the model in netplan's words (netplan(5)), all links in one file. A value is written as JSON, which YAML 1.2
 * contains: no text can be taken for anything but text. The file is for root alone, as netplan asks.
 */
export function renderNetplan(model: NetworkModel): RenderedFile[] {
  if (model.links.length === 0) return [];
  const lines = [ownMark, 'network:', '  version: 2', ...groups.flatMap(([type, key]) => group(model, type, key))];
  return [{ path: netplanPath, mode: 0o600, content: `${lines.join('\n')}\n` }];
}

const groups = [
  ['physical', 'ethernets'],
  ['bond', 'bonds'],
  ['vlan', 'vlans'],
] as const;

function group(model: NetworkModel, type: NetworkLink['kind']['type'], key: string): string[] {
  const links = model.links.filter(({ kind }) => kind.type === type);
  if (links.length === 0) return [];
  return [`  ${key}:`, ...links.flatMap((link) => [`    ${link.name}:`, ...entries(definition(link, model), 6)])];
}

/** Block style for the outer keys, which people read; JSON for what is in them. */
function entries(value: Readonly<Record<string, Value>>, indent: number): string[] {
  return Object.entries(value).flatMap(([key, item]) => {
    if (Array.isArray(item) && item.length > 0) {
      return [`${' '.repeat(indent)}${key}:`, ...item.map((each) => `${' '.repeat(indent)}- ${JSON.stringify(each)}`)];
    }
    return [`${' '.repeat(indent)}${key}: ${JSON.stringify(item)}`];
  });
}

function definition(link: NetworkLink, model: NetworkModel): Record<string, Value> {
  const bytes = mtuToSet(link.mtu);
  const isRequired = !model.links.some(mayCarryDefaultRoute) || mayCarryDefaultRoute(link);
  return {
    ...deviceKeys(link),
    ...(bytes === undefined ? {} : { mtu: bytes }),
    // A private network without carrier must not hold up the boot.
    ...(isRequired || link.bond !== null ? {} : { optional: true }),
    ...(link.bond === null ? addressKeys(link, model) : {}),
  };
}

function deviceKeys({ kind, macAddress }: NetworkLink): Record<string, Value> {
  switch (kind.type) {
    case 'physical':
      return macAddress === null ? {} : { match: { macaddress: macAddress } };
    case 'vlan':
      return { id: kind.vlanId, link: kind.parent };
    case 'bond':
      return {
        interfaces: kind.members,
        parameters: {
          mode: kind.mode,
          'mii-monitor-interval': kind.miimonMilliseconds ?? 100,
          ...(kind.lacpRate === null ? {} : { 'lacp-rate': kind.lacpRate }),
          ...(kind.transmitHashPolicy === null ? {} : { 'transmit-hash-policy': kind.transmitHashPolicy }),
        },
      };
  }
}

function addressKeys(link: NetworkLink, model: NetworkModel): Record<string, Value> {
  const addresses = [...addressesOf(link, 'ipv4'), ...addressesOf(link, 'ipv6')];
  const routes = [...routesOf(link, 'ipv4'), ...routesOf(link, 'ipv6')].map((route) => ({
    to: `${route.destination}/${route.prefixLength}`,
    ...(route.gateway === null ? { scope: 'link' } : { via: route.gateway }),
    ...(route.gateway !== null && needsOnLink(link, route.gateway) ? { 'on-link': true } : {}),
  }));
  const servers = serversFor(link, model);
  return {
    ...(usesDhcp(link, 'ipv4') ? { dhcp4: true } : {}),
    ...(usesDhcp(link, 'ipv6') ? { dhcp6: true } : {}),
    ...(hasFamily(link, 'ipv6') ? {} : { 'link-local': [] }),
    'accept-ra': isAdvertised(link) || usesDhcp(link, 'ipv6'),
    ...(addresses.length === 0 ? {} : { addresses }),
    ...(routes.length === 0 ? {} : { routes }),
    ...(servers.length === 0 ? {} : { nameservers: { addresses: servers } }),
  };
}
