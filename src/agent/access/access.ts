import { homePath } from './home-path.ts';
import { Secret } from '../../core/secret/secret.ts';
import type { System } from '../../core/system/system.ts';
import { ifRegular } from '../../core/system/if-regular.ts';
import { type Account, type Group, observeAccount, observeGroups } from './accounts.ts';
import { type IdRange, observePeopleIds } from './people-ids.ts';

/** How somebody gets in, as it is now. */
export interface AccountAccess extends Account {
  readonly hasHome: boolean;
  readonly passwordHash: Secret | null;
  /** undefined if there are none, and also if they cannot be reached without following a link: the handler says so. */
  readonly authorizedKeys: string | undefined;
}

export interface AccessFacts {
  readonly groups: readonly Group[];
  readonly root: AccountAccess | undefined;
  /** By name; a user of the configuration is not there until it is created. */
  readonly users: ReadonlyMap<string, AccountAccess>;
  readonly peopleIds: IdRange;
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
  };
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

async function readAuthorizedKeys(system: System, account: Account): Promise<string | undefined> {
  const folder = await system.files.openFolder(`${await homePath(system, account.home)}/.ssh`).catch(() => undefined);
  try {
    return await folder?.read('authorized_keys', account);
  } finally {
    await folder?.close();
  }
}
