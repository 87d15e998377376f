import { basename, dirname } from 'node:path';
import { observeAccount } from '../facts/accounts.ts';
import { AgentError } from '../../core/error/agent-error.ts';
import { newGroup, newMember, newUser, noPassword } from './new-account.ts';
import type { Folder, Owner } from '../../core/system/folder.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import { restoreContexts } from '../action/restore-contexts.ts';
import type { ActionKind } from '../action/kind.ts';
import { changeTreeAccounts, today } from './tree-accounts.ts';

/** Makes the group of a user's own. Not left to the tool that makes the user: that one, cut off, never makes it. */
export interface CreateGroup {
  readonly kind: 'create-group';
  readonly group: string;
}

export const createGroupKind: ActionKind<CreateGroup> = {
  kind: 'create-group',
  describe: (action) => `create group ${action.group}`,
  apply: createGroup,
};

/** Makes an account with a home, by the system's own tool. */
export interface CreateUser {
  readonly kind: 'create-user';
  readonly user: string;
  readonly shell: string;
  /** Its first group; null for the one that the distribution gives to users. */
  readonly group: string | null;
}

export const createUserKind: ActionKind<CreateUser> = {
  kind: 'create-user',
  describe: (action) => `create user ${action.user}`,
  apply: createUser,
};

/** Makes the home of an account that was created and has none, as after a power cut. */
export interface MakeHome {
  readonly kind: 'make-home';
  readonly user: string;
}

export const makeHomeKind: ActionKind<MakeHome> = {
  kind: 'make-home',
  describe: (action) => `make the home of ${action.user}`,
  apply: makeHome,
};

export interface AddToGroup {
  readonly kind: 'add-to-group';
  readonly user: string;
  readonly group: string;
}

export const addToGroupKind: ActionKind<AddToGroup> = {
  kind: 'add-to-group',
  describe: (action) => `add ${action.user} to the group ${action.group}`,
  apply: addToGroup,
};

async function createGroup({ group }: CreateGroup, system: System): Promise<void> {
  if (isRunningMachine(system)) await system.processes.run('groupadd', ['--', group]);
  else await changeTreeAccounts(system, (files, defaults) => newGroup(files, group, defaults));
}

/** useradd(8) locks the account files and keeps them in step; on a tree nobody else is there, and nothing of it is run. */
async function createUser(action: CreateUser, system: System): Promise<void> {
  const { user, shell, group } = action;
  if (!isRunningMachine(system)) return createUserOfTree(action, system);
  const firstGroup = group === null ? ['--no-user-group'] : ['--gid', group];
  const options = ['--create-home', '--shell', shell, '--password', noPassword, ...firstGroup];
  await system.processes.run('useradd', [...options, '--', user]);
}

async function createUserOfTree({ user: name, shell, group }: CreateUser, system: System): Promise<void> {
  const user = { name, shell, group, today: today(system) };
  await changeTreeAccounts(system, (files, defaults) => newUser(files, user, defaults));
  const { home } = await requireAccount(system, name);
  // A home that is there already stays as it is, with useradd(8) too.
  if ((await system.files.status(home)) === undefined) await makeHome({ kind: 'make-home', user: name }, system);
}

async function addToGroup({ user, group }: AddToGroup, system: System): Promise<void> {
  if (isRunningMachine(system)) await system.processes.run('usermod', ['--append', '--groups', group, '--', user]);
  else await changeTreeAccounts(system, (files) => newMember(files, user, group));
}

/** What useradd(8) would have made, had power not failed in the middle of it: the folder, with the files of /etc/skel. */
async function makeHome({ user }: MakeHome, system: System): Promise<void> {
  const account = await requireAccount(system, user);
  await using parent = await system.files.openFolder(dirname(account.home));
  if (parent === undefined) throw noHome(user, account.home);
  await using home = await parent.makeFolder(basename(account.home), await homeMode(system), account);
  await copySkeleton('/etc/skel', home, account, system);
  await restoreContexts(system, account.home);
}

/** Files and folders, with their modes. Links are left out: they would be followed with the rights of root. */
async function copySkeleton(path: string, target: Folder, owner: Owner, system: System): Promise<void> {
  const { files } = system;
  for (const name of await files.list(path)) {
    const inner = `${path}/${name}`;
    const status = await files.status(inner);
    const mode = (status?.mode ?? 0) & 0o777;
    if (status?.type === 'file') await target.replace(name, (await files.readBytes(inner)) ?? '', mode, owner);
    if (status?.type !== 'directory') continue;
    await using folder = await target.makeFolder(name, mode, owner);
    await copySkeleton(inner, folder, owner, system);
  }
}

/** login.defs(5): HOME_MODE, and without it what UMASK leaves. */
async function homeMode({ files }: System): Promise<number> {
  const text = (await files.read('/etc/login.defs')) ?? '';
  const octal = (key: string) => new RegExp(`^${key}\\s+([0-7]{3,4})\\b`, 'm').exec(text)?.[1];
  const mode = octal('HOME_MODE');
  return mode === undefined ? 0o777 & ~Number.parseInt(octal('UMASK') ?? '022', 8) : Number.parseInt(mode, 8);
}

/** @throws AgentError `user.missing` */
export async function requireAccount(system: System, user: string) {
  const account = await observeAccount(system, user);
  if (account !== undefined) return account;
  throw new AgentError('cannot give it access: there is no such account', {
    code: 'user.missing',
    subject: user,
    remedy: 'see in the journal why it was not created, then run the stage again',
  });
}

export function noHome(user: string, home: string): AgentError {
  return new AgentError('cannot give it access: its home is missing', {
    code: 'user.no-home',
    subject: `${user} (${home})`,
    remedy: 'make the folder, owned by the user, then run the stage again',
  });
}
