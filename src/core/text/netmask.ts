import { type Family, parseAddress } from './ip-address.ts';

const bits: Record<Family, number> = { ipv4: 32, ipv6: 128 };

/**
 * Prefix length of a mask in any way that platforms write it: `255.255.255.0`, `ffff:ffff::`, `24`.
 * Undefined if it is no mask of that family, or one with holes in it.
 */
export function prefixLengthOf(mask: string, family: Family): number | undefined {
  if (/^\d{1,3}$/.test(mask)) return Number(mask) <= bits[family] ? Number(mask) : undefined;
  const parsed = parseAddress(mask);
  if (parsed?.family !== family) return undefined;
  const digits = parsed.value.toString(2).padStart(bits[family], '0');
  return /^1*0*$/.test(digits) ? digits.lastIndexOf('1') + 1 : undefined;
}

/** `255.255.255.0` for 24. */
export function dottedNetmask(prefixLength: number): string {
  const ones = prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (ones >>> shift) & 0xff).join('.');
}
