import type { ActionKind } from '../action/kind.ts';
import { newPassword } from './new-account.ts';
import { observeLogin } from './observe-login.ts';
import { Secret } from '../../core/secret/secret.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import { changeTreeAccounts, today } from './tree-accounts.ts';
import { whyPasswordIsUnused } from './unused-login.ts';

export interface SetPassword {
  readonly kind: 'set-password';
  readonly user: string;
  /** crypt(5) */
  readonly hash: Secret;
}

export const setPasswordKind: ActionKind<SetPassword> = {
  kind: 'set-password',
  describe: (action) => `set password of ${action.user}`,
  apply: setPassword,
  // A console is enough, so sshd is not asked.
  verify: async ({ user }, system) =>
    whyPasswordIsUnused(await observeLogin(system, user, async () => ({ kind: 'no-sshd' }))),
};

/** chpasswd(8) locks the shadow file and replaces it as a whole; the hash goes through standard input, never an argument. */
async function setPassword({ user, hash }: SetPassword, system: System): Promise<void> {
  if (!isRunningMachine(system)) {
    return changeTreeAccounts(system, (files) => newPassword(files, user, hash.reveal(), today(system)));
  }
  const input = new Secret(`${user}:${hash.reveal()}\n`);
  await system.processes.run('chpasswd', ['--encrypted'], { input });
}
