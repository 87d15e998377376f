import { isIPv4, isIPv6 } from 'node:net';

export type Family = 'ipv4' | 'ipv6';

export interface IpAddress {
  readonly family: Family;
  /** Lower case, without prefix length or zone, otherwise as it was written. */
  readonly text: string;
  /** The address as one number of 32 or 128 bits: two spellings of an address have one value. */
  readonly value: bigint;
}

export interface IpNetwork {
  readonly family: Family;
  readonly prefixLength: number;
  readonly value: bigint;
}

const bits: Record<Family, number> = { ipv4: 32, ipv6: 128 };

/** Reads `192.0.2.10` or `2001:db8::10`; undefined for anything else, a zone (`fe80::1%eth0`) included. */
export function parseAddress(text: string): IpAddress | undefined {
  if (isIPv4(text)) return { family: 'ipv4', text, value: ipv4Value(text) };
  if (isIPv6(text) && !text.includes('%')) return { family: 'ipv6', text: text.toLowerCase(), value: ipv6Value(text) };
  return undefined;
}

/** Reads `192.0.2.0/24`; host bits may be set, as only the prefix length and the comparison use it. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const [, address = '', prefix = ''] = /^([^/]+)\/(0|[1-9][0-9]{0,2})$/.exec(text) ?? [];
  const parsed = parseAddress(address);
  const prefixLength = Number(prefix);
  if (parsed === undefined || prefixLength > bits[parsed.family]) return undefined;
  return { family: parsed.family, prefixLength, value: parsed.value };
}

export function isInside(address: IpAddress, network: IpNetwork): boolean {
  const hostBits = BigInt(bits[network.family] - network.prefixLength);
  return address.family === network.family && address.value >> hostBits === network.value >> hostBits;
}

/** False for what no single interface can have: unspecified, loopback, multicast and IPv4 broadcast (RFC 6890, RFC 4291). */
export function isUnicast(address: IpAddress): boolean {
  if (address.family === 'ipv6') return address.value > 1n && address.value >> 120n !== 0xffn;
  const first = Number(address.value >> 24n);
  return first !== 0 && first !== 127 && first < 224;
}

function ipv4Value(text: string): bigint {
  return text.split('.').reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

function ipv6Value(text: string): bigint {
  const [head = '', tail] = withoutDottedPart(text).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

/** `::ffff:192.0.2.1` with its last 32 bits in groups. */
function withoutDottedPart(text: string): string {
  return text.replace(/[0-9.]+\.[0-9]+$/, (dotted) => {
    const value = ipv4Value(dotted);
    return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
  });
}
