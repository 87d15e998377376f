import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../../core/secret/secret.ts';
import { type IpNetwork, isInside, parseAddress } from '../../../core/text/ip-address.ts';

export interface AccessRules {
  /** Who has it may pull triggers and look at machines; undefined lets everybody who may connect. */
  readonly token: Secret | undefined;
  /** Only clients in one of them are served; undefined serves all. */
  readonly networks: readonly IpNetwork[] | undefined;
}

export function isAllowedAddress({ networks }: AccessRules, address: string): boolean {
  if (networks === undefined) return true;
  const parsed = parseAddress(address);
  return parsed !== undefined && networks.some((network) => isInside(parsed, network));
}

/**
 * Whether a client shows the token: as `Bearer TOKEN` (RFC 6750), or as the password of any user (RFC 7617), which is what
 * a browser can send.
 * @param authorization the header of that name
 */
export function hasToken({ token }: AccessRules, authorization: string | undefined): boolean {
  if (token === undefined) return true;
  const shown = shownSecret(authorization);
  return shown !== undefined && isSame(shown, token.reveal());
}

/** What a client shows; undefined for none. */
export function shownSecret(authorization: string | undefined): string | undefined {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+) *$/.exec(authorization ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(value, 'base64').toString()) ?? [];
  return password;
}

/** How long it takes tells nothing about either. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
