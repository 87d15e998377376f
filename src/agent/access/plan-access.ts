import type { Action, Step } from './actions.ts';
import type { Distro } from '../facts/distro.ts';
import type { AccessFacts, AccountAccess } from './access.ts';
import type { Flags } from '../flags/flag-table.ts';
import { withKeys } from '../machine-config/authorized-keys.ts';
import type { MachineConfig } from '../machine-config/machine-config.ts';

// login.defs(5), UID_MIN: below it are the accounts that the system and its packages made for themselves.
const firstUserId = 1000;

/**
 * Who may log in: the user of the configuration, with the admin group of the distribution, and the password and the ssh
 * keys for it and for root. Each is a step of its own, so that no mistake in one keeps the owner out of the others.
 */
export function planAccess(config: MachineConfig, flags: Flags, access: AccessFacts, distro: Distro): Step[] {
  const user = flags.CONFIG_USER && !isSystemAccount(access.user) ? config.user : null;
  const login = (name: string, now: AccountAccess | undefined) => [
    { name: `${name} password`, actions: flags.CONFIG_PASSWORD ? planPassword(config, name, now) : [] },
    { name: `${name}'s ssh keys`, actions: flags.CONFIG_SSH_KEYS ? planKeys(config, name, now) : [] },
  ];
  const steps = login('root', access.root);
  if (user === null) return steps;
  return [
    { name: `user ${user.name}`, actions: planUser(user.name, access, distro) },
    ...steps,
    ...login(user.name, access.user),
  ];
}

/** Why the user of the configuration gets no access; undefined if nothing speaks against it. */
export function describeUserLeftAlone(config: MachineConfig, flags: Flags, access: AccessFacts): string | undefined {
  if (config.user === null || !flags.CONFIG_USER || !isSystemAccount(access.user)) return undefined;
  return `vm_conf.user: ${config.user.name} is an account of the system itself: it gets no password, no key and no group`;
}

function isSystemAccount(account: AccountAccess | undefined): boolean {
  return account !== undefined && account.uid < firstUserId;
}

/** Each action is whole or not done, so that a run that was cut off finds what is left. */
function planUser(user: string, access: AccessFacts, distro: Distro): Action[] {
  const { groups, user: account } = access;
  const adminGroup = distro.adminGroups.find((name) => groups.some((each) => each.name === name)) ?? null;
  const isMember = groups.some(
    ({ name, gid, members }) => name === adminGroup && (gid === account?.gid || members.includes(user)),
  );
  return [
    ...(account === undefined ? planAccount(user, access) : []),
    ...(account?.hasHome === false ? [{ kind: 'make-home', user } as const] : []),
    ...(adminGroup === null || isMember ? [] : [{ kind: 'add-to-group', user, group: adminGroup } as const]),
  ];
}

/** A group of the same name is the user's own, unless it is one of the system: `admin` is one on some machines. */
function planAccount(user: string, { groups }: AccessFacts): Action[] {
  const named = groups.find(({ name }) => name === user);
  const group = named === undefined || named.gid >= firstUserId ? user : null;
  return [
    ...(named === undefined ? [{ kind: 'create-group', group: user } as const] : []),
    { kind: 'create-user', user, shell: '/bin/bash', group },
  ];
}

function planPassword({ passwordHash }: MachineConfig, user: string, now: AccountAccess | undefined): Action[] {
  if (passwordHash === null || now?.passwordHash?.reveal() === passwordHash.reveal()) return [];
  return [{ kind: 'set-password', user, hash: passwordHash }];
}

function planKeys({ sshKeys }: MachineConfig, user: string, now: AccountAccess | undefined): Action[] {
  if (withKeys(now?.authorizedKeys, sshKeys) === (now?.authorizedKeys ?? '')) return [];
  return [{ kind: 'authorize-keys', user, keys: sshKeys }];
}
