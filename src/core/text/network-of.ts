import ipaddr from 'ipaddr.js';

/** `198.51.100.0/24` for an IPv4 address in it and its prefix length. */
export function networkOf(address: string, prefixLength: number): string {
  return `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/${prefixLength}`)}/${prefixLength}`;
}
