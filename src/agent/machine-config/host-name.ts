import { isIP } from 'node:net';

// sethostname(2): HOST_NAME_MAX is 64 on Linux, less than the 255 of RFC 1123.
const maximalLength = 64;
const label = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** Why a text cannot be a host name by RFC 1123 (2.1) and sethostname(2); undefined if it can. */
export function hostNameMistake(text: string): string | undefined {
  if (text.length > maximalLength) return `is longer than ${maximalLength} characters, the limit of the kernel`;
  if (isIP(text) !== 0) return 'is an address and not a name';
  if (!text.split('.').every((part) => label.test(part))) {
    return 'is not a host name: labels of letters, digits and inner hyphens, 63 characters at most, with dots between';
  }
  return undefined;
}
