import { isIPv4, isIPv6 } from 'node:net';
import { nameserversOf, type NetworkDescription } from './description.ts';

/**
 * resolv.conf(5) reads three name servers at most. With any IPv4 network the platform's rule is two of IPv4 and
 * one of IPv6; an IPv6-only machine gets up to three of IPv6.
 */
export function chooseNameservers(description: NetworkDescription): string[] {
  const servers = nameserversOf(description);
  const ipv6 = servers.filter((address) => isIPv6(address));
  const hasIpv4 = description.networks.some(({ network }) => network.family === 'ipv4');
  if (!hasIpv4 && ipv6.length > 0) return ipv6.slice(0, 3);
  return [...servers.filter((address) => isIPv4(address)).slice(0, 2), ...ipv6.slice(0, 1)];
}

export function renderResolvConf(nameservers: readonly string[]): string {
  return `${nameservers.map((address) => `nameserver ${address}\n`).join('')}options timeout:1 attempts:3 rotate\n`;
}

/** resolved.conf(5) drop-in, for machines whose /etc/resolv.conf belongs to systemd-resolved. */
export function renderResolvedDropIn(nameservers: readonly string[]): string {
  return `[Resolve]\nDNS=${nameservers.join(' ')}\n`;
}

/** A file of another program in the words of resolv.conf(5): its name servers are replaced, all else stays. */
export function withNameservers(text: string | undefined, nameservers: readonly string[]): string {
  const others = (text ?? '').split('\n').filter((line) => line !== '' && !/^\s*nameserver\s/.test(line));
  return `${[...others, ...nameservers.map((address) => `nameserver ${address}`)].join('\n')}\n`;
}
