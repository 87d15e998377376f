import { AgentError } from '../../core/error/agent-error.ts';
import {
  type AccountDefaults,
  type AccountFiles,
  lineOf,
  loginNumber,
  nextId,
  nextRange,
  useraddDefault,
  withLine,
  withoutLine,
} from './account-files.ts';

/** Of a new account: no password fits. `!`, which useradd(8) writes, is a lock, and an sshd without PAM keeps the key out too. */
export const noPassword = '*';

/** Files whose text changes, in the order in which they are to be written: the last one makes the account exist. */
export type AccountChange = Partial<AccountFiles>;

/** What groupadd(8) writes. @throws AgentError `account.no-number` */
export function newGroup(files: AccountFiles, name: string, defaults: AccountDefaults): AccountChange {
  const gid = nextId(files.group, 'GID', defaults) ?? fail(name, 'GID_MAX');
  return {
    ...(files.gshadow === undefined ? {} : { gshadow: withLine(files.gshadow, [name, '!', '', '']) }),
    group: withLine(files.group, [name, 'x', gid, '']),
  };
}

export interface NewUser {
  readonly name: string;
  readonly shell: string;
  /** null for the one that useradd(8) gives by default, GROUP= of its defaults. */
  readonly group: string | null;
  /** Days since 1970, shadow(5). */
  readonly today: number;
}

/** What useradd(8) writes, given no password. @throws AgentError `account.no-number`, `account.no-group` */
export function newUser(files: AccountFiles, user: NewUser, defaults: AccountDefaults): AccountChange {
  const { name, shell } = user;
  const uid = nextId(files.passwd, 'UID', defaults) ?? fail(name, 'UID_MAX');
  const home = `${useraddDefault(defaults, 'HOME') ?? '/home'}/${name}`;
  return {
    ...subordinates(files, name, defaults),
    shadow: withLine(files.shadow, shadowLine(user, defaults)),
    passwd: withLine(files.passwd, [name, 'x', uid, groupId(files, user, defaults), '', home, shell]),
  };
}

/** What usermod(8) `--append --groups` writes. @throws AgentError `account.no-group` */
export function newMember(files: AccountFiles, user: string, group: string): AccountChange {
  const line = lineOf(files.group, group) ?? noGroup(user, group);
  const shadowed = lineOf(files.gshadow, group);
  return {
    ...(shadowed === undefined ? {} : { gshadow: withLine(files.gshadow, withMember(shadowed, user)) }),
    group: withLine(files.group, withMember(line, user)),
  };
}

/** What chpasswd(8) writes; a hash that stands in passwd(5), which everybody may read, makes way for it. */
export function newPassword(files: AccountFiles, user: string, hash: string, today: number): AccountChange {
  const [name, , , ...rest] = lineOf(files.shadow, user) ?? [user, '', '', '', '', '', '', '', ''];
  const account = lineOf(files.passwd, user);
  const isOpen = account !== undefined && account[1] !== 'x';
  return {
    shadow: withLine(files.shadow, [name ?? user, hash, today, ...rest]),
    ...(isOpen ? { passwd: withLine(files.passwd, [user, 'x', ...account.slice(2)]) } : {}),
  };
}

function shadowLine({ name, today }: NewUser, defaults: AccountDefaults): (string | number)[] {
  const days = (key: string) => {
    const value = loginNumber(defaults, key);
    return value === undefined || value < 0 ? '' : value;
  };
  const ages = ['PASS_MIN_DAYS', 'PASS_MAX_DAYS', 'PASS_WARN_AGE'].map(days);
  const inactive = useraddDefault(defaults, 'INACTIVE') ?? '';
  return [name, noPassword, today, ...ages, /^\d+$/.test(inactive) ? inactive : '', '', ''];
}

/** For containers without root: a range for each of the two files that are there. */
function subordinates(files: AccountFiles, name: string, defaults: AccountDefaults): AccountChange {
  const change = (text: string | undefined, kind: 'UID' | 'GID') => {
    if (text === undefined) return undefined;
    const others = withoutLine(text, name);
    const range = nextRange(others, kind, defaults);
    return range === undefined ? undefined : withLine(others, [name, range.start, range.count]);
  };
  const [subuid, subgid] = [change(files.subuid, 'UID'), change(files.subgid, 'GID')];
  return { ...(subuid === undefined ? {} : { subuid }), ...(subgid === undefined ? {} : { subgid }) };
}

function groupId(files: AccountFiles, { name, group }: NewUser, defaults: AccountDefaults): number {
  // useradd(8) falls back on 100, which is `users` on Debian and SUSE.
  const wanted = group ?? useraddDefault(defaults, 'GROUP') ?? '100';
  const gid = /^\d+$/.test(wanted) ? wanted : lineOf(files.group, wanted)?.[2];
  return Number(gid ?? noGroup(name, wanted));
}

function withMember(line: readonly string[], user: string): string[] {
  const members = (line[3] ?? '').split(',').filter((member) => member !== '' && member !== user);
  return [...line.slice(0, 3), [...members, user].join(',')];
}

function noGroup(user: string, group: string): never {
  throw new AgentError('cannot put the account into a group that does not exist', {
    code: 'account.no-group',
    subject: `${user} (${group})`,
    remedy: 'add the group to /etc/group, then run the stage again',
  });
}

function fail(name: string, key: string): never {
  throw new AgentError('cannot make the account: no number is free', {
    code: 'account.no-number',
    subject: name,
    remedy: `raise ${key} in /etc/login.defs, then run the stage again`,
  });
}
