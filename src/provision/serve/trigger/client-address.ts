import { parseAddress } from '../../../core/text/ip-address.ts';

/**
 * The address of a client in its canonical spelling, without a zone; an IPv4 address that came in on an IPv6 socket is an
 * IPv4 address (RFC 4291, 2.5.5.2).
 */
export function clientAddress(remote: string): string {
  const plain = remote.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  return parseAddress(plain)?.canonical ?? plain;
}
