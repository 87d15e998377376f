import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { packPayload } from '../../core/payload/pack-payload.ts';
import type { Secret } from '../../core/secret/secret.ts';
import type { Files } from '../../core/system/files.ts';

/** Where the agent of the installed machine posts its outcome. */
export interface OutcomePlace {
  readonly url: string;
  readonly key: Secret;
}

/**
 * The archive of a machine's payload: what its profile names, and where its agent is to post its outcome.
 * @param path a file with the configuration, or a folder with `config` and, where there is one, `script`; undefined for a
 *   machine that is told nothing else
 * @throws AgentError `install.payload`
 */
export async function profilePayload(
  files: Files,
  path: string | undefined,
  outcome: OutcomePlace | undefined,
): Promise<AsyncGenerator<Uint8Array>> {
  const { config, script } = path === undefined ? { config: '{}', script: undefined } : await readParts(files, path);
  const known = outcome === undefined ? {} : { outcome: { url: outcome.url, key: outcome.key.reveal() } };
  const text = `${JSON.stringify({ ...parseObject(config, path ?? 'payload'), ...known }, undefined, 2)}\n`;
  return packPayload(files, { config: text, script, modules: undefined });
}

async function readParts(files: Files, path: string) {
  const isFolder = (await files.targetStatus(path))?.type === 'directory';
  const config = await files.read(isFolder ? `${path}/config` : path);
  if (config === undefined) throw unusable(isFolder ? `${path}/config` : path, 'there is no such file');
  return { config, script: isFolder ? await files.readBytes(`${path}/script`) : undefined };
}

function parseObject(text: string, subject: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Nothing of the text is repeated: there may be a password in it.
  }
  throw unusable(subject, 'it is not an object in JSON');
}

function unusable(subject: string, problem: string): AgentError {
  return new AgentError(`cannot use the payload of the machine: ${problem}`, {
    code: 'install.payload',
    subject,
    remedy: 'see what is wrong with `gandi-agent validate FILE`; docs/payload.md describes it',
    exitCode: ExitCode.badConfiguration,
  });
}
