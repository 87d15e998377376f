import { Secret } from '../../core/secret/secret.ts';
import type { System } from '../../core/system/system.ts';
import { ifRegular } from '../../core/system/if-regular.ts';
import { type Account, type Group, observeAccount, observeGroups } from '../facts/accounts.ts';
import { observeKeysPlaces, readKeys } from './keys-places.ts';
import { type IdRange, observePeopleIds } from './people-ids.ts';

/** How somebody gets in, as it is now. */
export interface AccountAccess extends Account {
  readonly hasHome: boolean;
  readonly passwordHash: Secret | null;
  /** In the files that sshd reads; undefined if there are none, and also if a link keeps them from being reached: the handler says so. */
  readonly authorizedKeys: string | undefined;
}

export interface AccessFacts {
  readonly groups: readonly Group[];
  readonly root: AccountAccess | undefined;
  /** By name; a user of the configuration is not there until it is created. */
  readonly users: ReadonlyMap<string, AccountAccess>;
  readonly peopleIds: IdRange;
  /** Shell of accounts that are made. */
  readonly newShell: string;
}

/** @param userNames the users that the configuration asks for */
export async function observeAccess(system: System, userNames: readonly string[]): Promise<AccessFacts> {
  const users = new Map<string, AccountAccess>();
  for (const name of userNames) {
    const account = await observeAccountAccess(system, name);
    if (account !== undefined) users.set(name, account);
  }
  return {
    groups: (await ifRegular(observeGroups(system))) ?? [],
    root: await observeAccountAccess(system, 'root'),
    users,
    peopleIds: await observePeopleIds(system),
    newShell: await observeNewShell(system),
  };
}

/** bash, and the shell that every system has where that one is missing, as on Alpine: an account without its shell lets nobody in. */
async function observeNewShell({ files }: System): Promise<string> {
  const isThere = async (path: string) => (await files.status(path)) !== undefined;
  return !(await isThere('/bin/bash')) && (await isThere('/bin/sh')) ? '/bin/sh' : '/bin/bash';
}

async function observeAccountAccess(system: System, name: string): Promise<AccountAccess | undefined> {
  const account = await ifRegular(observeAccount(system, name));
  if (account === undefined) return undefined;
  return {
    ...account,
    hasHome: (await system.files.status(account.home)) !== undefined,
    passwordHash: passwordHashOf(name, await ifRegular(system.files.read('/etc/shadow'))),
    authorizedKeys: await readAuthorizedKeys(system, account),
  };
}

/** shadow(5): the second field is the hash. */
function passwordHashOf(user: string, shadow: string | undefined): Secret | null {
  const line = shadow?.split('\n').find((each) => each.startsWith(`${user}:`));
  const hash = line?.split(':')[1];
  return hash === undefined ? null : new Secret(hash);
}

/** In all files that sshd reads keys of the account from; undefined if there are none. */
export async function readAuthorizedKeys(system: System, account: Account): Promise<string | undefined> {
  const places = await observeKeysPlaces(system, account);
  const texts = await Promise.all(places.map((place) => readKeys(system, place, account)));
  const there = texts.filter((text) => text !== undefined);
  return there.length === 0 ? undefined : there.join('');
}
