/** Someone who can log in without anything being configured first. */
export interface Login {
  readonly user: string;
  readonly isAdministrator: boolean;
  readonly hasPassword: boolean;
  /** No password is asked for. */
  readonly isOpen: boolean;
  /** Public keys in the user's authorized_keys. */
  readonly keys: number;
}

export interface Account {
  readonly user: string;
  readonly uid: number;
  readonly home: string;
  readonly shell: string;
}

/** The lines of /etc/passwd. */
export function accountsOf(passwd: string): Account[] {
  return passwd.split('\n').flatMap((line) => {
    const [user = '', , uid = '', , , home = '', shell = ''] = line.split(':');
    return user === '' || uid === '' ? [] : [{ user, uid: Number(uid), home, shell }];
  });
}

/** Programs that end at once in the place of a shell. */
const closedShell = /\/(?:nologin|false|sync|halt|shutdown)$/;

/**
 * Who can log in: with a password that is set, with none, or with a key.
 * @param shadow text of /etc/shadow
 * @param keysOf text of the authorized_keys of a user
 */
export function loginsOf(accounts: readonly Account[], shadow: string, keysOf: ReadonlyMap<string, string>): Login[] {
  const passwords = new Map(shadow.split('\n').map((line) => line.split(':').slice(0, 2) as [string, string]));
  return accounts.flatMap(({ user, uid, shell }) => {
    if (closedShell.test(shell)) return [];
    const password = passwords.get(user) ?? '*';
    // crypt(5): what begins with `!` or `*` is no digest that a password could have.
    const hasPassword = password !== '' && !/^[!*]/.test(password);
    const isOpen = password === '';
    const keys = (keysOf.get(user) ?? '').split('\n').filter((line) => /^[^#\s]/.test(line.trim())).length;
    if (!hasPassword && !isOpen && keys === 0) return [];
    return [{ user, isAdministrator: uid === 0, hasPassword, isOpen, keys }];
  });
}
