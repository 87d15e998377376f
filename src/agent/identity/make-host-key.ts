import { hostKeyPath } from './identity.ts';
import { AgentError } from '../../core/error/agent-error.ts';
import { ifRegular } from '../../core/system/if-regular.ts';
import type { System } from '../../core/system/system.ts';
import { restoreContexts } from '../action/restore-contexts.ts';
import type { HostKeyType } from './identity.ts';
import type { ActionKind } from '../action/kind.ts';

/** Makes one host key of sshd, in the place of none or of an empty one. */
export interface MakeHostKey {
  readonly kind: 'make-host-key';
  readonly type: HostKeyType;
}

export const makeHostKeyKind: ActionKind<MakeHostKey> = {
  kind: 'make-host-key',
  describe: (action) => `make the ssh host key ${action.type}`,
  apply: makeHostKey,
};

/**
 * Makes one host key beside its place and moves it there, the private half last: it is the one that says that the key
 * exists. ssh-keygen(1) in the place itself would leave an empty file if power failed, and sshd without a key.
 */
async function makeHostKey({ type }: MakeHostKey, system: System): Promise<void> {
  const { files } = system;
  const path = hostKeyPath(type);
  const temporary = `/etc/ssh/.gandi-new-${type}`;
  const removeTemporary = async () => {
    for (const each of [temporary, `${temporary}.pub`]) await files.remove(each);
  };
  await removeTemporary();
  const comment = `root@${(await ifRegular(files.read('/etc/hostname')))?.trim() ?? 'localhost'}`;
  const target = await files.hostPath(temporary);
  await system.processes.run('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', comment, '-f', target]);
  const [publicHalf, privateHalf] = [await files.readBytes(`${temporary}.pub`), await files.readBytes(temporary)];
  if (publicHalf === undefined || privateHalf === undefined) throw takenAway(path);
  await files.replace(`${path}.pub`, publicHalf, { mode: 0o644, enforceMode: true });
  await files.replace(path, privateHalf, { mode: 0o600, enforceMode: true });
  await removeTemporary();
  await restoreContexts(system, '/etc/ssh');
}

/** By another run at the same time, which makes keys of the same names. */
function takenAway(path: string): AgentError {
  return new AgentError('cannot make the host key: its halves were removed while it was made', {
    code: 'host-key.removed',
    subject: path,
    remedy: 'run the stage again once no other run of it is there',
  });
}
