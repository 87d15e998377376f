import type { LoginFacts } from './login-facts.ts';

/** What shadow(5) says about an account. */
export interface ShadowState {
  readonly password: LoginFacts['password'];
  readonly isExpired: boolean;
}

/**
 * @param fields of its line in /etc/shadow, else those of /etc/passwd
 * @param today days since 1970
 */
export function shadowState(fields: readonly string[], today: number): ShadowState {
  const [, hash = '*', changed = '', , maximum = '', , inactive = '', expires = ''] = fields;
  return {
    password: passwordOf(hash),
    isExpired: isPast(expires, today) || isAgedOut(changed, maximum, inactive, today),
  };
}

/** crypt(5): a hash begins with `$`, or has the 13 letters of the oldest method. */
function passwordOf(hash: string): ShadowState['password'] {
  if (hash === '') return 'empty';
  if (hash.startsWith('!')) return 'locked';
  return /^(?:\$\w|[./0-9A-Za-z]{13}$|_)/.test(hash) ? 'set' : 'none';
}

/** "The day of expiry" is the first on which nobody gets in. */
function isPast(day: string, today: number): boolean {
  return /^\d+$/.test(day) && Number(day) <= today;
}

/** Behind the last day of the password one may still change it for so many days; then the account is closed. */
function isAgedOut(changed: string, maximum: string, inactive: string, today: number): boolean {
  const days = [changed, maximum, inactive];
  if (!days.every((field) => /^\d+$/.test(field)) || changed === '0') return false;
  return days.reduce((sum, field) => sum + Number(field), 0) < today;
}
