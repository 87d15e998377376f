import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import type { ContainerMember } from '../stack/member.ts';

type Keys = Pick<ContainerMember, 'key' | 'tokens'>;

// A key is made slow to try on purpose, and an emulated machine is slow by itself.
const openSeconds = 120;
const quietly = ['--batch-mode', '--tries', '1'];
// cryptsetup(8): wrong parameters, which is what a token that does not open ends with; no permission; no memory; wrong device; in use.
const failures = [1, 2, 3, 4, 5];

/**
 * Opens a LUKS2 container: by its tokens first, which are bound to this machine, then by its key. The key itself never is an argument:
 * cryptsetup-open(8) reads its file.
 * @throws AgentError `layer.token-failed` where no token opens it and there is no key; `process.*`
 */
export async function openContainer(
  system: System,
  { tokens, key }: Keys,
  device: string,
  { mapping, isReadOnly }: { readonly mapping: string; readonly isReadOnly: boolean },
): Promise<void> {
  const what = [...(isReadOnly ? ['--readonly'] : []), '--', device, mapping];
  let problem = '';
  for (const token of tokens) {
    const args = ['open', '--type', 'luks2', ...byToken(token), ...what];
    const options = { timeoutSeconds: openSeconds, acceptExitCodes: failures };
    const { exitCode, stderr } = await system.processes.run('cryptsetup', args, options);
    if (exitCode === 0) return;
    problem = stderr.trim();
  }
  if (!key.isThere) throw tokenFailed(device, problem);
  if (tokens.length > 0)
    system.journal.warn(`${device}: no token of the TPM opens it, so its key is tried: ${problem}`);
  const args = ['open', '--type', 'luks2', ...byKey(key.path), ...what];
  await system.processes.run('cryptsetup', args, { timeoutSeconds: openSeconds });
}

/** How cryptsetup(8) gets the key of a container that is open already: from its file, or from a token where there is none. */
export function unlockedBy({ tokens, key }: Keys): string[] {
  const [token] = tokens;
  return key.isThere || token === undefined ? byKey(key.path) : byToken(token);
}

function byKey(path: string): string[] {
  return [...quietly, '--disable-external-tokens', '--key-file', path];
}

function byToken(token: number): string[] {
  return [...quietly, '--token-only', '--token-id', String(token)];
}

function tokenFailed(device: string, cause: string): AgentError {
  return new AgentError('cannot open it: no token of its header opens it, and there is no key', {
    code: 'layer.token-failed',
    subject: device,
    remedy:
      'see `cryptsetup luksDump` and `systemd-cryptenroll --tpm2-device=list`; a key in /etc/gandi/keys opens it too',
    exitCode: ExitCode.refusedToProtectData,
    cause,
  });
}
