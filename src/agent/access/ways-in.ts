import { matchesPattern } from '../../core/text/shell-pattern.ts';
import type { LoginFacts } from './login-facts.ts';
import type { SshdSettings } from './sshd-settings.ts';

/** How somebody gets in as an account. */
export type Way = 'console' | 'ssh-key' | 'ssh-password';

export const allWays: readonly Way[] = ['console', 'ssh-key', 'ssh-password'];

/** Why a way is closed, and what opens it. */
export interface Obstacle {
  /** Stable and searchable, as the code of an error. */
  readonly code: string;
  readonly because: string;
  readonly remedy: string;
}

interface Rule extends Obstacle {
  readonly closes: readonly Way[];
  readonly applies: (facts: LoginFacts) => boolean;
}

/** A rule about sshd's settings; it says nothing where sshd does not answer, which is a rule of its own. */
interface SshdRule extends Obstacle {
  readonly closes: readonly Way[];
  readonly applies: (settings: SshdSettings, facts: LoginFacts) => boolean;
}

const overSsh: readonly Way[] = ['ssh-key', 'ssh-password'];

/** All that keeps somebody out, in the order in which it is said; docs/troubleshooting.md has the codes. */
const rules: readonly Rule[] = [
  {
    code: 'login.no-shell',
    closes: allWays,
    applies: ({ shell }) => shell === 'no-login',
    because: 'its shell lets nobody in',
    remedy: 'give it one with `chsh --shell /bin/sh`',
  },
  {
    code: 'login.shell-missing',
    closes: allWays,
    applies: ({ shell }) => shell === 'missing',
    because: 'its shell is not there, or cannot be run',
    remedy: 'install the shell, or give it another with `chsh --shell /bin/sh`',
  },
  {
    code: 'login.expired',
    closes: allWays,
    applies: ({ isExpired }) => isExpired,
    because: 'the account or its password has expired',
    remedy: 'see `chage --list`; `chage --expiredate -1 --inactive -1` ends that',
  },
  {
    code: 'login.no-password',
    closes: ['console', 'ssh-password'],
    applies: ({ password }) => password === 'locked' || password === 'none',
    because: 'it has no password, or a locked one',
    remedy: 'set one with `passwd`',
  },
  {
    code: 'ssh.none',
    closes: overSsh,
    applies: ({ sshd }) => sshd.kind === 'no-sshd',
    because: 'no sshd is installed',
    remedy: 'install openssh-server',
  },
  {
    code: 'ssh.refused',
    closes: overSsh,
    applies: ({ sshd }) => sshd.kind === 'refused',
    because: 'sshd does not accept its own configuration, or cannot be asked',
    remedy: 'correct what `sshd -t` says',
  },
  ...sshdRules().map(({ applies, ...rule }) => ({
    ...rule,
    applies: (facts: LoginFacts) => facts.sshd.kind === 'settings' && applies(facts.sshd.settings, facts),
  })),
];

function sshdRules(): readonly SshdRule[] {
  return [
    {
      code: 'ssh.root-refused',
      closes: overSsh,
      applies: ({ rootLogin }, { account }) => account.uid === 0 && rootLogin === 'no',
      because: 'sshd lets root in by no means (PermitRootLogin)',
      remedy: 'log in as another user, or set PermitRootLogin to prohibit-password',
    },
    {
      code: 'ssh.root-commands-only',
      closes: overSsh,
      applies: ({ rootLogin }, { account }) => account.uid === 0 && rootLogin === 'forced-commands-only',
      because: 'sshd lets root run only the commands of its keys (PermitRootLogin)',
      remedy: 'log in as another user, or set PermitRootLogin to prohibit-password',
    },
    {
      code: 'ssh.root-keys-only',
      closes: ['ssh-password'],
      applies: ({ rootLogin }, { account }) => account.uid === 0 && rootLogin === 'keys-only',
      because: 'sshd lets root in only by key (PermitRootLogin)',
      remedy: 'give root a key, or log in as another user',
    },
    {
      code: 'ssh.not-allowed',
      closes: overSsh,
      applies: (settings, facts) => !isAllowed(settings, facts),
      because: 'sshd does not let it in (AllowUsers, DenyUsers, AllowGroups, DenyGroups)',
      remedy: 'correct these lines of sshd_config',
    },
    {
      code: 'ssh.locked-password',
      closes: overSsh,
      applies: ({ pam }, { password }) => !pam && password === 'locked',
      because: 'sshd without PAM lets nobody in whose password is locked',
      remedy: "set UsePAM to yes, or give it a password or `usermod --password '*'`",
    },
    {
      code: 'ssh.keys-off',
      closes: ['ssh-key'],
      applies: ({ publicKeys }) => !publicKeys,
      because: 'sshd takes no keys (PubkeyAuthentication)',
      remedy: 'set PubkeyAuthentication to yes',
    },
    {
      code: 'ssh.keys-by-command',
      closes: ['ssh-key'],
      applies: ({ keysFiles, keysCommand }) => keysFiles.length === 0 && keysCommand !== null,
      because: 'sshd has its keys of a program and reads no file (AuthorizedKeysCommand)',
      remedy: 'give the key to that program, or set AuthorizedKeysFile',
    },
    {
      code: 'ssh.no-keys-file',
      closes: ['ssh-key'],
      applies: ({ keysFiles, keysCommand }) => keysFiles.length === 0 && keysCommand === null,
      because: 'sshd reads no file of keys (AuthorizedKeysFile)',
      remedy: 'set AuthorizedKeysFile to .ssh/authorized_keys',
    },
    {
      code: 'ssh.no-key',
      closes: ['ssh-key'],
      applies: ({ keysFiles }, facts) => keysFiles.length > 0 && facts.keysFiles.every(({ keys }) => keys.length === 0),
      because: 'none of the files that sshd reads has a key of it (AuthorizedKeysFile)',
      remedy: 'put one into the first of them; `sshd -T -C user=NAME` says which they are',
    },
    {
      code: 'ssh.unsafe-keys-file',
      closes: ['ssh-key'],
      applies: (_, { keysFiles }) => {
        const files = keysFiles.filter(({ keys }) => keys.length > 0);
        return files.length > 0 && files.every(({ isAccepted }) => !isAccepted);
      },
      because:
        'sshd does not take its file of keys: others can write it or a folder above it, or the account cannot read it',
      remedy: 'take the rights of others away with `chmod go-w`, from the file up to the home',
    },
    {
      code: 'ssh.passwords-off',
      closes: ['ssh-password'],
      applies: ({ passwords, keyboardInteractive, pam }) => !passwords && !(keyboardInteractive && pam),
      because: 'sshd takes no passwords (PasswordAuthentication)',
      remedy: 'set PasswordAuthentication to yes',
    },
    {
      code: 'ssh.empty-password',
      closes: ['ssh-password'],
      applies: ({ emptyPasswords }, { password }) => password === 'empty' && !emptyPasswords,
      because: 'sshd takes no empty password (PermitEmptyPasswords)',
      remedy: 'set a password with `passwd`',
    },
    {
      code: 'ssh.key-is-not-enough',
      closes: ['ssh-key'],
      applies: ({ methods }) => !suffices(['publickey'], methods),
      because: 'sshd asks for more than a key (AuthenticationMethods)',
      remedy: 'have what else it asks for, or add `publickey` to AuthenticationMethods',
    },
    {
      code: 'ssh.password-is-not-enough',
      closes: ['ssh-password'],
      applies: ({ methods }) => !suffices(['password', 'keyboard-interactive'], methods),
      because: 'sshd asks for more than a password (AuthenticationMethods)',
      remedy: 'have what else it asks for, or add `password` to AuthenticationMethods',
    },
  ];
}

/** What keeps somebody from getting in as this account in this way; nothing where the way is open. */
export function obstaclesOf(way: Way, facts: LoginFacts): Obstacle[] {
  return rules
    .filter(({ closes, applies }) => closes.includes(way) && applies(facts))
    .map(({ code, because, remedy }) => ({ code, because, remedy }));
}

/** sshd_config(5): in this order; a pattern with `@HOST` lets in or keeps out only those who come from there. */
function isAllowed({ allowUsers, denyUsers, allowGroups, denyGroups }: SshdSettings, facts: LoginFacts): boolean {
  const { account, groups } = facts;
  const isMeant = (pattern: string) => matchesPattern(account.name, pattern.split('@')[0] ?? '');
  const isIn = (pattern: string) => groups.some((group) => matchesPattern(group, pattern));
  if (denyUsers.some((pattern) => !pattern.includes('@') && isMeant(pattern))) return false;
  if (allowUsers.length > 0 && !allowUsers.some(isMeant)) return false;
  if (denyGroups.some(isIn)) return false;
  return allowGroups.length === 0 || allowGroups.some(isIn);
}

/** A submethod such as `keyboard-interactive:pam` is one of its method. */
function suffices(had: readonly string[], lists: SshdSettings['methods']): boolean {
  return lists.length === 0 || lists.some((list) => list.every((each) => had.includes(each.split(':')[0] ?? '')));
}
