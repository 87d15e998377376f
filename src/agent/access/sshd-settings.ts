/** What sshd_config(5) says about who gets in, as it is in effect for one account. */
export interface SshdSettings {
  /** AuthorizedKeysFile, with its tokens; empty for `none`. */
  readonly keysFiles: readonly string[];
  /** AuthorizedKeysCommand; null for `none`. */
  readonly keysCommand: string | null;
  readonly publicKeys: boolean;
  readonly passwords: boolean;
  /** Questions of PAM, of which a password may be one. */
  readonly keyboardInteractive: boolean;
  readonly emptyPasswords: boolean;
  readonly pam: boolean;
  /** Owner and modes of the files of keys matter. */
  readonly strictModes: boolean;
  readonly rootLogin: RootLogin;
  /** Patterns, `USER` or `USER@HOST`; empty where everybody is meant. */
  readonly allowUsers: readonly string[];
  readonly denyUsers: readonly string[];
  readonly allowGroups: readonly string[];
  readonly denyGroups: readonly string[];
  /** AuthenticationMethods: one of these lists has to be gone through as a whole; empty for `any`. */
  readonly methods: readonly (readonly string[])[];
  readonly ports: readonly number[];
}

export type RootLogin = 'yes' | 'no' | 'keys-only' | 'forced-commands-only';

/** Values by keyword in lower case, each keyword as often as it stands there. */
export type SshdValues = ReadonlyMap<string, readonly string[]>;

/** The output of `sshd -T`: a keyword in lower case and a value a line, lists one element a line (seen with OpenSSH 9.2 and 10.0). */
export function parseSshdOutput(text: string): SshdSettings {
  const lines = text.split('\n').filter((line) => line.includes(' '));
  const pairs = lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const);
  const grouped = Map.groupBy(pairs, ([keyword]) => keyword);
  return settingsOf(new Map([...grouped].map(([keyword, found]) => [keyword, found.map(([, value]) => value)])));
}

/** The settings that these values come to; what is not there has the default of sshd_config(5). */
export function settingsOf(values: SshdValues): SshdSettings {
  const first = (keyword: string, otherwise: string) => values.get(keyword)?.[0] ?? otherwise;
  const isYes = (keyword: string, otherwise: 'yes' | 'no') => first(keyword, otherwise).toLowerCase() === 'yes';
  const list = (keyword: string) => (values.get(keyword) ?? []).flatMap(wordsOf);
  const command = first('authorizedkeyscommand', 'none');
  const methods = wordsOf(first('authenticationmethods', 'any'));
  return {
    keysFiles: wordsOf(first('authorizedkeysfile', defaultKeysFiles)).filter((word) => word.toLowerCase() !== 'none'),
    keysCommand: command.toLowerCase() === 'none' ? null : command,
    publicKeys: isYes('pubkeyauthentication', 'yes'),
    passwords: isYes('passwordauthentication', 'yes'),
    keyboardInteractive: isYes('kbdinteractiveauthentication', 'yes'),
    emptyPasswords: isYes('permitemptypasswords', 'no'),
    pam: isYes('usepam', 'no'),
    strictModes: isYes('strictmodes', 'yes'),
    rootLogin: rootLogins[first('permitrootlogin', 'prohibit-password').toLowerCase()] ?? 'no',
    allowUsers: list('allowusers'),
    denyUsers: list('denyusers'),
    allowGroups: list('allowgroups'),
    denyGroups: list('denygroups'),
    methods: methods[0] === 'any' ? [] : methods.map((method) => method.split(',')),
    ports: (values.get('port') ?? ['22']).map(Number),
  };
}

export const defaultKeysFiles = '.ssh/authorized_keys .ssh/authorized_keys2';

const rootLogins: Readonly<Record<string, RootLogin>> = {
  yes: 'yes',
  no: 'no',
  'prohibit-password': 'keys-only',
  'without-password': 'keys-only',
  'forced-commands-only': 'forced-commands-only',
};

function wordsOf(value: string): string[] {
  return value.split(/\s+/).filter((word) => word !== '');
}
