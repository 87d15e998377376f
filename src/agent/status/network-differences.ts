import type { NetworkFile } from '../network/network-tool.ts';
import { addressesOf, gatewayOf, isAdvertised, usesDhcp } from '../network-config/link-networks.ts';
import type { NetworkLink } from '../network-config/model.ts';

/** What a link shall have. */
export interface WantedAddresses {
  /** Static ones, with prefix length. */
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  /** Further ones come by these. */
  readonly dynamic: readonly ('dhcp4' | 'dhcp6' | 'router-advertisement')[];
}

export function wantedOf(link: NetworkLink): WantedAddresses {
  return {
    addresses: [...addressesOf(link, 'ipv4'), ...addressesOf(link, 'ipv6')],
    gateways: (['ipv4', 'ipv6'] as const).flatMap((family) => gatewayOf(link, family) ?? []),
    dynamic: [
      ...(usesDhcp(link, 'ipv4') ? ['dhcp4' as const] : []),
      ...(usesDhcp(link, 'ipv6') ? ['dhcp6' as const] : []),
      ...(isAdvertised(link) ? ['router-advertisement' as const] : []),
    ],
  };
}

/** What is configured, and not there. */
export function lacksOf(
  { addresses, gateways }: WantedAddresses,
  live: { readonly addresses: readonly string[]; readonly gateways: readonly string[] },
): string[] {
  return [
    ...addresses.filter((address) => !live.addresses.includes(address)),
    ...gateways.filter((gateway) => !live.gateways.includes(gateway)),
  ];
}

/** Where a link is not as it was configured: one sentence each. */
export function differencesOf(
  wanted: WantedAddresses,
  live: { readonly addresses: readonly string[]; readonly gateways: readonly string[] },
  files: readonly NetworkFile[],
  rendered: ReadonlyMap<string, string>,
): string[] {
  const global = live.addresses.filter((address) => !/^fe[89ab]/.test(address));
  return [
    ...fileDifferences(files, rendered),
    ...wanted.addresses.filter((address) => !global.includes(address)).map((address) => `${address} is not there`),
    ...global
      .filter((address) => !wanted.addresses.includes(address) && !mayComeByItself(address, wanted))
      .map((address) => `${address} is there and not configured`),
    ...wanted.gateways
      .filter((gateway) => !live.gateways.includes(gateway))
      .map((gateway) => `no default route leads by ${gateway}`),
  ];
}

function fileDifferences(files: readonly NetworkFile[], rendered: ReadonlyMap<string, string>): string[] {
  const admins = files.filter(({ isOurs }) => !isOurs);
  if (admins.length > 0) return admins.map(({ path }) => `${path} is not of the agent and wins over the payload`);
  if (files.length === 0) return ['no file configures it'];
  return files
    .filter(({ path, text }) => rendered.get(path) !== text)
    .map(({ path }) => `${path} says something else than the payload`);
}

function mayComeByItself(address: string, { dynamic }: WantedAddresses): boolean {
  return address.includes(':') ? dynamic.some((way) => way !== 'dhcp4') : dynamic.includes('dhcp4');
}
