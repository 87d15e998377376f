import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { isMissing } from '../../core/system/is-missing.ts';
import { openFiles } from '../../core/system/files.ts';

/** Content of a file that the user named. @throws AgentError `input.missing`, `input.folder`, `input.unreadable`; all are bad usage */
export async function readInput(path: string): Promise<Uint8Array> {
  const files = openFiles('/');
  if ((await files.targetStatus(path))?.type === 'directory') throw isFolder(path);
  const bytes = await files.readBytes(path).catch((error: unknown) => {
    throw isMissing(error) ? missing(path) : unreadable(path, error);
  });
  if (bytes === undefined) throw missing(path);
  return bytes;
}

function missing(path: string): AgentError {
  return new AgentError('cannot read it: there is no such file', {
    code: 'input.missing',
    subject: path,
    remedy: 'give the path of a file that is there',
    exitCode: ExitCode.badUsage,
  });
}

function isFolder(path: string): AgentError {
  return new AgentError('cannot read it: it is a folder', {
    code: 'input.folder',
    subject: path,
    remedy: 'give the path of a file in it',
    exitCode: ExitCode.badUsage,
  });
}

function unreadable(path: string, cause: unknown): AgentError {
  return new AgentError('cannot read it', {
    code: 'input.unreadable',
    subject: path,
    remedy: 'give the path of a file that you can read',
    exitCode: ExitCode.badUsage,
    cause,
  });
}
