import { withKeys } from '../machine-config/authorized-keys.ts';
import type { System } from '../../core/system/system.ts';
import { noHome, requireAccount } from './create-user.ts';
import { homePath } from './home-path.ts';
import { restoreContexts } from '../action/restore-contexts.ts';
import type { ActionKind } from '../action/kind.ts';

/** Adds to a user's authorized_keys those keys that are not in it. A link that somebody else than root could have made is refused. */
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
};

/**
 * Adds the keys that are not there yet, with the owner and the modes that sshd(8) asks for (StrictModes). A user may put
 * links into a home at any moment, so each folder is held open on the way down.
 * @throws AgentError `user.missing`, `user.no-home`, `file.not-a-folder` or `file.not-regular` for a link
 */
export async function authorizeKeys({ user, keys }: AuthorizeKeys, system: System): Promise<void> {
  const account = await requireAccount(system, user);
  const path = await homePath(system, account.home);
  const home = await system.files.openFolder(path);
  if (home === undefined) throw noHome(user, account.home);
  try {
    const folder = await home.makeFolder('.ssh', 0o700, account);
    try {
      const text = await folder.read('authorized_keys', account);
      await folder.replace('authorized_keys', withKeys(text, keys), 0o600, account);
    } finally {
      await folder.close();
    }
  } finally {
    await home.close();
  }
  await restoreContexts(system, `${path}/.ssh`);
}
