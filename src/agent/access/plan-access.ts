import type { Action, Step } from './actions.ts';
import type { Distro } from '../facts/distro.ts';
import type { AccessFacts, AccountAccess } from './access.ts';
import type { Flags } from '../flags/flag-table.ts';
import { withKeys } from '../machine-config/authorized-keys.ts';
import { isNoLogin } from './no-login.ts';
import type { Login, MachineConfig, UserConfig } from '../machine-config/machine-config.ts';

/**
 * Who may log in: root and the users of the configuration, with the admin group of the distribution, passwords and ssh keys.
 * Each is a step of its own, so that no mistake in one keeps the owner out of the others.
 */
export function planAccess(config: MachineConfig, flags: Flags, access: AccessFacts, distro: Distro): Step[] {
  const users = flags.CONFIG_USER ? config.users.filter((user) => systemAccount(user, access) === undefined) : [];
  return [
    ...users.map((user) => ({ name: `user ${user.name}`, actions: planUser(user, access, distro) })),
    ...planLogin('root', config.root, access.root, flags),
    ...users.flatMap((user) => planLogin(user.name, user, access.users.get(user.name), flags)),
  ];
}

/** Why users of the configuration get no access: one sentence each. */
export function describeUsersLeftAlone(config: MachineConfig, flags: Flags, access: AccessFacts): string[] {
  if (!flags.CONFIG_USER) return [];
  return config.users.flatMap((user) => {
    const account = systemAccount(user, access);
    if (account === undefined) return [];
    return [
      `${user.name} (uid ${account.uid}) is an account of the system itself: it gets no password, no key and no group`,
    ];
  });
}

/** The account of that name, where it is not a person's. */
function systemAccount({ name }: UserConfig, { users, peopleIds }: AccessFacts): AccountAccess | undefined {
  const account = users.get(name);
  if (account === undefined) return undefined;
  const isPerson = account.uid >= peopleIds.first && account.uid <= peopleIds.last && !isNoLogin(account.shell);
  return isPerson ? undefined : account;
}

/** Each action is whole or not done, so that a run that was cut off finds what is left. */
function planUser({ name, isAdministrator }: UserConfig, access: AccessFacts, distro: Distro): Action[] {
  const account = access.users.get(name);
  return [
    ...(account === undefined ? planAccount(name, access) : []),
    ...(account?.hasHome === false ? [{ kind: 'make-home', user: name } as const] : []),
    ...(isAdministrator ? planAdministrator(name, account, access, distro) : []),
  ];
}

/** A group of the same name is the user's own, unless it is one of the system: `admin` is one on some machines. */
function planAccount(user: string, { groups, peopleIds, newShell }: AccessFacts): Action[] {
  const named = groups.find(({ name }) => name === user);
  const group = named === undefined || named.gid >= peopleIds.first ? user : null;
  return [
    ...(named === undefined ? [{ kind: 'create-group', group: user } as const] : []),
    { kind: 'create-user', user, shell: newShell, group },
  ];
}

function planAdministrator(
  user: string,
  account: AccountAccess | undefined,
  { groups }: AccessFacts,
  distro: Distro,
): Action[] {
  const adminGroup = distro.adminGroups.find((name) => groups.some((each) => each.name === name));
  const isMember = groups.some(
    ({ name, gid, members }) => name === adminGroup && (gid === account?.gid || members.includes(user)),
  );
  return adminGroup === undefined || isMember ? [] : [{ kind: 'add-to-group', user, group: adminGroup }];
}

function planLogin(name: string, login: Login, now: AccountAccess | undefined, flags: Flags): Step[] {
  return [
    { name: `${name} password`, actions: flags.CONFIG_PASSWORD ? planPassword(login, name, now) : [] },
    { name: `${name}'s ssh keys`, actions: flags.CONFIG_SSH_KEYS ? planKeys(login, name, now) : [] },
  ];
}

function planPassword({ passwordHash }: Login, user: string, now: AccountAccess | undefined): Action[] {
  if (passwordHash === null || now?.passwordHash?.reveal() === passwordHash.reveal()) return [];
  return [{ kind: 'set-password', user, hash: passwordHash }];
}

function planKeys({ sshKeys }: Login, user: string, now: AccountAccess | undefined): Action[] {
  if (withKeys(now?.authorizedKeys, sshKeys) === (now?.authorizedKeys ?? '')) return [];
  return [{ kind: 'authorize-keys', user, keys: sshKeys }];
}
