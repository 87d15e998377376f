import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

export type Family = 'ipv4' | 'ipv6';

export interface IpAddress {
  readonly family: Family;
  /** Lower case, without prefix length or zone, otherwise as it was written. */
  readonly text: string;
  /** The one spelling that all spellings of this address have in common (RFC 5952). */
  readonly canonical: string;
}

export interface IpNetwork {
  readonly family: Family;
  readonly prefixLength: number;
  /** An address in the network, in its canonical spelling; its host bits may be set. */
  readonly address: string;
}

const bits: Record<Family, number> = { ipv4: 32, ipv6: 128 };

/**
 * Reads `192.0.2.10` or `2001:db8::10`; undefined for anything else, a zone (`fe80::1%eth0`) included. Node decides what
 * an address is: ipaddr.js would also take `010.1`, `0x7f000001` and other forms of inet_aton(3).
 */
export function parseAddress(text: string): IpAddress | undefined {
  const family = familyOf(text);
  return family && { family, text: text.toLowerCase(), canonical: canonical(text) };
}

/** Reads `192.0.2.0/24`; host bits may be set, as only the prefix length and the comparison use it. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const [, address = '', prefix = ''] = /^([^/]+)\/(0|[1-9][0-9]{0,2})$/.exec(text) ?? [];
  const parsed = parseAddress(address);
  const prefixLength = Number(prefix);
  if (parsed === undefined || prefixLength > bits[parsed.family]) return undefined;
  return { family: parsed.family, prefixLength, address: parsed.canonical };
}

export function isInside(address: IpAddress, network: IpNetwork): boolean {
  if (address.family !== network.family) return false;
  return ipaddr.parse(address.canonical).match(ipaddr.parse(network.address), network.prefixLength);
}

/** RFC 6890 and RFC 4291: unspecified, loopback, multicast, IPv4's reserved upper end and broadcast. */
const noInterfaces = ['0.0.0.0/8', '127.0.0.0/8', '224.0.0.0/3', '::/127', 'ff00::/8'].flatMap(
  (text) => parseNetwork(text) ?? [],
);

/** False for what no single interface can have. */
export function isUnicast(address: IpAddress): boolean {
  return !noInterfaces.some((network) => isInside(address, network));
}

function familyOf(text: string): Family | undefined {
  if (isIPv4(text)) return 'ipv4';
  return isIPv6(text) && !text.includes('%') ? 'ipv6' : undefined;
}

/** ipaddr.js takes `::192.0.2.1`, which RFC 4291 deprecates, for `::ffff:192.0.2.1`: without `::` it does not. */
function canonical(text: string): string {
  return ipaddr.parse(text.replace(/^::(?=[0-9]+\.)/, '0:0:0:0:0:0:')).toString();
}
