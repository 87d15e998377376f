import { Secret } from '../../core/secret/secret.ts';
import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

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
};

/** chpasswd(8) locks the shadow file and replaces it as a whole; the hash goes through standard input, never an argument. */
export async function setPassword(action: SetPassword, system: System): Promise<void> {
  const rootArguments = system.root === '/' ? [] : ['--root', system.root];
  const input = new Secret(`${action.user}:${action.hash.reveal()}\n`);
  await system.processes.run('chpasswd', ['--encrypted', ...rootArguments], { input });
}
