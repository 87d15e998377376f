import { parseAddress } from './ip-address.ts';

/** `198.51.100.0/24` for an IPv4 address in it and its prefix length. */
export function networkOf(address: string, prefixLength: number): string {
  const hostBits = BigInt(32 - prefixLength);
  const value = ((parseAddress(address)?.value ?? 0n) >> hostBits) << hostBits;
  const octets = [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn);
  return `${octets.join('.')}/${prefixLength}`;
}
