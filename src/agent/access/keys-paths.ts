import { resolve } from 'node:path';
import type { Account } from '../facts/accounts.ts';
import { defaultKeysFiles } from './sshd-settings.ts';

/** A file that sshd reads keys of an account from. */
export interface KeysPath {
  readonly path: string;
  /** It is the same file for all accounts: a key in it lets its owner in as each of them. */
  readonly isShared: boolean;
  /** It is named by the home, and so means a file of the account's own. */
  readonly isOwn: boolean;
}

/** The files that AuthorizedKeysFile names for an account, in its order; sshd_config(5), TOKENS. */
export function keysPathsOf(patterns: readonly string[], account: Account): KeysPath[] {
  return patterns.map((pattern) => {
    const path = resolve(
      account.home,
      pattern.replace(/%([%hUu])/g, (_, token: string) => valueOfToken(token, account)),
    );
    const isOwn = !pattern.startsWith('/') && namesBelow(account.home, path) !== undefined;
    return { path, isOwn, isShared: !isOwn && !/%[hUu]/.test(pattern.replaceAll('%%', '')) };
  });
}

function valueOfToken(token: string, { home, name, uid }: Account): string {
  return { '%': '%', h: home, u: name, U: String(uid) }[token] ?? '';
}

/** Where keys are where nobody says otherwise. */
export function usualKeysPath(account: Account): string {
  return keysPathsOf(defaultKeysFiles.split(' '), account)[0]?.path ?? '';
}

/** The part of a path below a folder, as names; undefined if it is elsewhere. */
export function namesBelow(folder: string, path: string): string[] | undefined {
  const start = folder.endsWith('/') ? folder : `${folder}/`;
  const rest = path.startsWith(start) ? path.slice(start.length).split('/') : [];
  return rest.length === 0 || rest.includes('') ? undefined : rest;
}
