import { isDefaultRoute, type LinkNetwork, type NetworkLink } from '../../network-config/model.ts';

/** The IPv6 part of an ifcfg file (initscripts' sysconfig.txt); glean writes the same for SUSE. Empty without IPv6. */
export function ipv6Lines({ networks }: NetworkLink): string[] {
  const ipv6 = networks.filter(({ family }) => family === 'ipv6');
  if (ipv6.length === 0) return [];
  const [first, ...more] = ipv6.flatMap(addressOf);
  const isAdvertised = ipv6.some(({ method }) => method === 'advertised');
  const gateway = routesOf(networks).find(isDefaultRoute)?.gateway;
  return [
    'IPV6INIT=yes',
    'IPV6_PRIVACY=no',
    `IPV6_AUTOCONF=${isAdvertised ? 'yes' : 'no'}`,
    ...(ipv6.some(({ method }) => method === 'dhcp') ? ['DHCPV6C=yes'] : []),
    ...(first === undefined ? [] : [`IPV6ADDR=${first}`]),
    ...(more.length === 0 ? [] : [`IPV6ADDR_SECONDARIES="${more.join(' ')}"`]),
    ...(gateway == null ? [] : [`IPV6_DEFAULTGW=${gateway}`]),
  ];
}

/** Lines of the file of IPv6 routes: the default route is in the ifcfg file. */
export function ipv6RouteLines({ networks, name }: NetworkLink): string[] {
  return routesOf(networks)
    .filter((route) => !isDefaultRoute(route))
    .map(({ destination, prefixLength, gateway }) =>
      gateway === null ? `${destination}/${prefixLength} dev ${name}` : `${destination}/${prefixLength} via ${gateway}`,
    );
}

function addressOf(network: LinkNetwork): string[] {
  return network.method === 'static' ? [`${network.address}/${network.prefixLength}`] : [];
}

function routesOf(networks: readonly LinkNetwork[]) {
  return networks.filter(({ family }) => family === 'ipv6').flatMap(({ routes }) => routes);
}
