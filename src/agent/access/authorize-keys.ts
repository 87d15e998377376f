import { dirname } from 'node:path';
import { withKeys } from '../machine-config/authorized-keys.ts';
import type { Folder } from '../../core/system/folder.ts';
import type { System } from '../../core/system/system.ts';
import type { Account } from '../facts/accounts.ts';
import { noHome, requireAccount } from './create-user.ts';
import { type KeysPlace, observeKeysPlaces } from './keys-places.ts';
import { whyKeysAreUnused } from './unused-login.ts';
import { observeLogin } from './observe-login.ts';
import { restoreContexts } from '../action/restore-contexts.ts';
import type { ActionKind } from '../action/kind.ts';

/**
 * Adds keys that are not there yet to the file that sshd reads a user's keys from. A link that somebody else than root could
 * have made is refused.
 */
export interface AuthorizeKeys {
  readonly kind: 'authorize-keys';
  readonly user: string;
  readonly keys: readonly string[];
}

export const authorizeKeysKind: ActionKind<AuthorizeKeys> = {
  kind: 'authorize-keys',
  describe: (action) =>
    `authorize ${action.keys.length} ssh ${action.keys.length === 1 ? 'key' : 'keys'} for ${action.user}`,
  apply: authorizeKeys,
  verify: async ({ user, keys }, system) => whyKeysAreUnused(keys, await observeLogin(system, user)),
};

/**
 * Adds the keys to the first of sshd's files that can be written: one on a read-only file system is skipped.
 * @throws AgentError `user.missing`; of the first file, where none can be written: `user.no-home`, `file.not-a-folder` or
 *   `file.not-regular` for a link
 */
export async function authorizeKeys({ user, keys }: AuthorizeKeys, system: System): Promise<void> {
  const account = await requireAccount(system, user);
  const failures: unknown[] = [];
  for (const place of await observeKeysPlaces(system, account)) {
    try {
      return await (place.in === 'home' ? writeInHome(place, account, keys, system) : writeOwn(place, keys, system));
    } catch (error) {
      failures.push(error);
    }
  }
  throw failures[0];
}

/**
 * With the owner and the modes that sshd(8) asks for (StrictModes). A user may put links into a home at any moment, so each
 * folder is held open on the way down.
 */
async function writeInHome(
  { home: path, folders, name }: Extract<KeysPlace, { in: 'home' }>,
  account: Account,
  keys: readonly string[],
  system: System,
): Promise<void> {
  await using home = await system.files.openFolder(path);
  if (home === undefined) throw noHome(account.name, account.home);
  await using opened = new AsyncDisposableStack();
  let folder: Folder = home;
  for (const each of folders) folder = opened.use(await folder.makeFolder(each, 0o700, account));
  await folder.replace(name, withKeys(await folder.read(name, account), keys), 0o600, account);
  await restoreContexts(system, [path, folders[0] ?? name].join('/'));
}

/** Root's file, which sshd reads with the rights of the user. */
async function writeOwn(
  { path }: Extract<KeysPlace, { in: 'system' }>,
  keys: readonly string[],
  system: System,
): Promise<void> {
  const { files } = system;
  const folder = dirname(path);
  if ((await files.status(folder)) === undefined) await files.makeDirectory(folder, 0o755);
  await files.replace(path, withKeys(await files.read(path), keys), { mode: 0o644 });
  await restoreContexts(system, path);
}
