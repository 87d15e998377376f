import { AgentError } from '../../../core/error/agent-error.ts';
import type { Files } from '../../../core/system/files.ts';

/** Where a file is put for each machine that asks, such as `pxelinux.cfg` of a TFTP server, and what is in it. */
export interface BootFolder {
  readonly directory?: string | undefined;
  readonly source?: string | undefined;
}

/** A wish for a file that a server without such a folder cannot fulfil; it is not the client's mistake. */
export interface NotSetUp {
  readonly missing: 'directory' | 'source';
}

/**
 * Puts a copy of the source into the folder, under the machine's address; or takes it away, where there being none is fine.
 * A link of that name is replaced itself.
 * @throws AgentError or the error of the call, where the source, the folder or the file cannot be used
 */
export async function changeBootFile(
  files: Files,
  { directory, source }: BootFolder,
  action: 'present' | 'absent',
  address: string,
): Promise<NotSetUp | undefined> {
  if (directory === undefined) return { missing: 'directory' };
  const path = `${directory}/${address}`;
  if (action === 'absent') {
    await files.remove(path);
    return undefined;
  }
  if (source === undefined) return { missing: 'source' };
  const content = await files.readBytes(source);
  if (content === undefined) throw sourceMissing(source);
  if ((await files.status(path))?.type === 'symlink') await files.remove(path);
  const mode = (await files.status(source))?.mode ?? 0o644;
  await files.replace(path, content, { mode, enforceMode: true });
  return undefined;
}

function sourceMissing(source: string): AgentError {
  return new AgentError('cannot copy it: it is not there', {
    code: 'trigger.source-missing',
    subject: source,
    remedy: 'put the file there, or name another one with --source',
  });
}
