import { createHash } from 'node:crypto';
import { type Family, parseAddress } from '../../../core/text/ip-address.ts';
import { addressesOf, gatewayOf, hasFamily, isAdvertised, routesOf, serversFor, usesDhcp } from '../link-networks.ts';
import { isDefaultRoute, type NetworkLink, type NetworkModel, type RenderedFile, type Route } from '../model.ts';
import { ownMark } from '../own-files.ts';
import { mtuToSet } from '../mtu.ts';

export function ownKeyfilePath(link: string): string {
  return `/etc/NetworkManager/system-connections/gandi-${link}.nmconnection`;
}

/** The id of the link's connection, which `nmcli connection up` takes. */
export function connectionId(link: string): string {
  return `gandi-${link}`;
}

/**
 * Draws the model as NetworkManager keyfiles (nm-settings-keyfile(5)). NetworkManager reads only files of root's that
 * nobody else can read. Name servers are in the connection, as NetworkManager writes the resolver's file of it.
 */
export function renderOwnKeyfiles(model: NetworkModel): RenderedFile[] {
  return model.links.map((link) => ({
    path: ownKeyfilePath(link.name),
    mode: 0o600,
    content: `${ownMark}\n${sections(link, model)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`,
  }));
}

function sections(link: NetworkLink, model: NetworkModel): string[][] {
  const isMember = link.bond !== null;
  return [
    connection(link),
    ...device(link),
    ...(isMember
      ? []
      : [
          ['[ipv4]', ...ipv4Lines(link, model)],
          ['[ipv6]', ...ipv6Lines(link, model)],
        ]),
  ];
}

function connection({ name, kind, macAddress, bond }: NetworkLink): string[] {
  const isFoundByAddress = kind.type === 'physical' && macAddress !== null;
  return [
    '[connection]',
    `id=${connectionId(name)}`,
    `uuid=${uuidOf(name)}`,
    `type=${kind.type === 'physical' ? 'ethernet' : kind.type}`,
    ...(isFoundByAddress ? [] : [`interface-name=${name}`]),
    ...(bond === null ? [] : [`master=${bond}`, 'slave-type=bond']),
    // Of two connections for a NIC the one with the greater number is taken.
    'autoconnect-priority=10',
    'autoconnect-retries=0',
  ];
}

/** The same in every run, so that a file is replaced and not joined by another: a UUID of a name (RFC 9562, version 8). */
function uuidOf(link: string): string {
  const hex = createHash('sha256').update(`gandi-agent ${link}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function device({ kind, macAddress, mtu }: NetworkLink): string[][] {
  const bytes = mtuToSet(mtu);
  const ethernet = [
    ...(kind.type === 'physical' && macAddress !== null ? [`mac-address=${macAddress.toUpperCase()}`] : []),
    ...(bytes === undefined ? [] : [`mtu=${bytes}`]),
  ];
  return [
    ...(ethernet.length === 0 ? [] : [['[ethernet]', ...ethernet]]),
    ...(kind.type === 'vlan' ? [['[vlan]', `id=${kind.vlanId}`, `parent=${kind.parent}`]] : []),
    ...(kind.type === 'bond'
      ? [
          [
            '[bond]',
            `mode=${kind.mode}`,
            `miimon=${kind.miimonMilliseconds ?? 100}`,
            ...(kind.lacpRate === null ? [] : [`lacp_rate=${kind.lacpRate}`]),
            ...(kind.transmitHashPolicy === null ? [] : [`xmit_hash_policy=${kind.transmitHashPolicy}`]),
          ],
        ]
      : []),
  ];
}

function ipv4Lines(link: NetworkLink, model: NetworkModel): string[] {
  const isDhcp = usesDhcp(link, 'ipv4');
  if (!isDhcp && addressesOf(link, 'ipv4').length === 0) return ['method=disabled'];
  return [`method=${isDhcp ? 'auto' : 'manual'}`, ...familyLines(link, model, 'ipv4')];
}

function ipv6Lines(link: NetworkLink, model: NetworkModel): string[] {
  if (!hasFamily(link, 'ipv6')) return ['method=disabled'];
  const method = isAdvertised(link) ? 'auto' : usesDhcp(link, 'ipv6') ? 'dhcp' : 'manual';
  return [`method=${method}`, ...familyLines(link, model, 'ipv6')];
}

function familyLines(link: NetworkLink, model: NetworkModel, family: Family): string[] {
  const servers = serversFor(link, model).filter((server) => parseAddress(server)?.family === family);
  const gateway = gatewayOf(link, family);
  // A gateway outside the networks of the link gets its own route from NetworkManager itself.
  const addresses = addressesOf(link, family).map((address, index) =>
    index === 0 && gateway !== undefined ? `${address},${gateway}` : address,
  );
  return [
    ...addresses.map((address, index) => `address${index + 1}=${address}`),
    ...routesOf(link, family)
      .filter((route) => !isDefaultRoute(route))
      .map(routeText)
      .map((route, index) => `route${index + 1}=${route}`),
    ...(servers.length === 0 ? [] : [`dns=${servers.map((server) => `${server};`).join('')}`]),
  ];
}

function routeText({ destination, prefixLength, gateway }: Route): string {
  return `${destination}/${prefixLength}${gateway === null ? '' : `,${gateway}`}`;
}
