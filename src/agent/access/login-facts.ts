import type { Account } from '../facts/accounts.ts';
import type { SshdAnswer } from './sshd-answer.ts';

/** All that decides whether somebody gets in as an account. */
export interface LoginFacts {
  readonly account: Account;
  /** Names of its groups. */
  readonly groups: readonly string[];
  /** `unknown` in a tree, in which programs may be missing that its first boot brings. */
  readonly shell: 'usable' | 'missing' | 'no-login' | 'unknown';
  /** The account, or a password that was not changed in time (shadow(5)). */
  readonly isExpired: boolean;
  /** `locked` begins with `!`, `none` is any other text that no password gives. */
  readonly password: 'set' | 'empty' | 'locked' | 'none';
  readonly sshd: SshdAnswer;
  /** The files that sshd reads keys of the account from. */
  readonly keysFiles: readonly KeysFile[];
}

export interface KeysFile {
  readonly path: string;
  /** Type and body of each key that lets its owner in, and not merely run one command. */
  readonly keys: readonly string[];
  /** Whether sshd takes what is in it: owner and modes are those that StrictModes asks for, and the account can read it. */
  readonly isAccepted: boolean;
}
