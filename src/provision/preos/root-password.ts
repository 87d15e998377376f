import { Secret } from '../../core/secret/secret.ts';
import type { BuildDoors } from './build-doors.ts';

/** Sets the password of root in a tree; it reaches chpasswd(8) by its standard input. */
export async function setRootPassword({ processes }: BuildDoors, tree: string, password: Secret): Promise<void> {
  await processes.run('chpasswd', ['-R', tree], { input: new Secret(`root:${password.reveal()}\n`) });
}
