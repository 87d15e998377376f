import { AgentError, ExitCode } from '../../../core/error/agent-error.ts';
import type { Files } from '../../../core/system/files.ts';
import { parseProfiles } from './parse-profiles.ts';
import type { Profiles } from './profile-schema.ts';

/**
 * Reads a file of profiles.
 * @throws AgentError `profiles.invalid` naming each mistake with its line, `profiles.missing`
 */
export async function readProfiles(files: Files, path: string): Promise<Profiles> {
  const text = await files.read(path);
  if (text === undefined)
    throw new AgentError('cannot read the profiles: there is no such file', {
      code: 'profiles.missing',
      subject: path,
      remedy: 'name the file with --profiles',
      exitCode: ExitCode.badConfiguration,
    });
  const parsed = parseProfiles(text);
  if (!('mistakes' in parsed)) return parsed;
  const places = parsed.mistakes.map(({ line, column, problem }) => `${path}:${line}:${column}: ${problem}`);
  throw new AgentError(`cannot use the profiles: ${places.join('; ')}`, {
    code: 'profiles.invalid',
    subject: path,
    remedy: 'mend these lines; docs/serve.md describes the file',
    exitCode: ExitCode.badConfiguration,
  });
}
