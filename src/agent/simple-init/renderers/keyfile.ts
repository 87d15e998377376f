import type {
  LinkNetwork,
  NetworkLink,
  NetworkModel,
  RenderedFile,
  Route,
  StaticNetwork,
} from '../../network-config/model.ts';
import { mtuToSet } from '../../network-config/mtu.ts';

export function keyfilePath(link: string): string {
  return `/etc/NetworkManager/system-connections/${link}.nmconnection`;
}

/**
 * Draws the model as NetworkManager keyfiles (nm-settings-keyfile(5)), in glean's words. NetworkManager reads only
 * files of root's that nobody else can read.
 */
export function renderKeyfiles(model: NetworkModel): RenderedFile[] {
  return model.links.map((link) => ({
    path: keyfilePath(link.name),
    mode: 0o600,
    content: `# Automatically generated, do not edit\n${sections(link)
      .map((lines) => `${lines.join('\n')}\n`)
      .join('\n')}`,
  }));
}

function sections(link: NetworkLink): string[][] {
  const { kind, name } = link;
  const ipv6 = link.networks.filter(({ family }) => family === 'ipv6');
  return [
    ['[connection]', `id=${name}`, 'type=802-3-ethernet'],
    ['[ipv4]', ...ipv4Lines(link.networks)],
    ['[802-3-ethernet]', ...ethernetLines(link)],
    ...(kind.type === 'vlan' ? [['[vlan]', `id=${kind.vlanId}`, `parent=${kind.parentId}`]] : []),
    ...(ipv6.length > 0 ? [['[ipv6]', `method=${ipv6Method(ipv6)}`, ...addressLines(ipv6)]] : []),
  ];
}

function ipv4Lines(networks: readonly LinkNetwork[]): string[] {
  const ipv4 = networks.filter(({ family }) => family === 'ipv4');
  if (ipv4.length === 0 && networks.length > 0) return ['method=disabled'];
  const isDhcp = ipv4.some(({ method }) => method === 'dhcp');
  return [`method=${isDhcp ? 'auto' : 'manual'}`, ...addressLines(ipv4)];
}

function ipv6Method(ipv6: readonly LinkNetwork[]): string {
  if (ipv6.some(({ method }) => method === 'advertised')) return 'auto';
  return ipv6.some(({ method }) => method === 'dhcp') ? 'dhcp' : 'manual';
}

function addressLines(networks: readonly LinkNetwork[]): string[] {
  const addresses = networks.filter((network): network is StaticNetwork => network.method === 'static');
  return [
    ...addresses.map(({ address, prefixLength }, index) => `address${index + 1}=${address}/${prefixLength}`),
    ...networks.flatMap(ownRoutes).map(routeLine),
  ];
}

/** Those of DHCP for IPv4 come with the lease. */
function ownRoutes({ method, family, routes }: LinkNetwork): readonly Route[] {
  return method === 'dhcp' && family === 'ipv4' ? [] : routes;
}

function routeLine({ destination, prefixLength, gateway }: Route, index: number): string {
  return `route${index + 1}=${destination}/${prefixLength}${gateway === null ? '' : `,${gateway}`}`;
}

function ethernetLines({ macAddress, mtu, bond, kind }: NetworkLink): string[] {
  const bytes = mtuToSet(mtu);
  return [
    ...(macAddress === null ? [] : [`mac_address=${macAddress}`]),
    ...(bytes === undefined ? [] : [`mtu=${bytes}`]),
    ...(bond === null ? [] : [`master=${bond}`, 'slave-type=bond']),
    ...(kind.type === 'bond' ? ['type=bond'] : []),
  ];
}
