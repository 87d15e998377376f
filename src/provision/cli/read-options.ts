import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { UsageError } from '../../core/command/usage-error.ts';
import { Secret } from '../../core/secret/secret.ts';
import type { Files } from '../../core/system/files.ts';
import { type IpNetwork, parseAddress, parseNetwork } from '../../core/text/ip-address.ts';
import { parseCommand } from '../serve/queue/run-command.ts';

/** @throws UsageError for a command that cannot be split into words */
export function readCommand(text: string): readonly string[] {
  const words = parseCommand(text);
  if ('problem' in words) throw new UsageError(`option --command: '${text}' ${words.problem}`);
  return words;
}

/** A number in words, from `least` to `most`. @throws UsageError naming the option */
export function readNumber(option: string, text: string, least: number, most: number): number {
  const number = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new UsageError(`option ${option} needs a whole number from ${least} to ${most}, not '${text}'`);
}

/** Networks separated by commas; an address stands for itself. @throws UsageError naming the first that is none */
export function readNetworks(option: string, text: string): IpNetwork[] {
  return text.split(',').map((word) => {
    const address = parseAddress(word.trim());
    const network = parseNetwork(
      address === undefined ? word.trim() : `${word.trim()}/${address.family === 'ipv4' ? 32 : 128}`,
    );
    if (network === undefined)
      throw new UsageError(`option ${option}: '${word}' is not a network such as 192.0.2.0/24`);
    return network;
  });
}

/**
 * The URL of a database of PostgreSQL. Everybody on the machine sees the words of a command, so it has no password.
 * @throws UsageError, which does not repeat what may be one
 */
export function readDatabaseUrl(option: string, text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^postgres(?:ql)?:$/.test(url.protocol))
    throw new UsageError(`option ${option} needs a URL such as postgres://USER@HOST/DATABASE`);
  if (url.password !== '' || [...url.searchParams.keys()].some((key) => /password/i.test(key)))
    throw new UsageError(`option ${option}: a password there can be seen by others; put it into ~/.pgpass, mode 0600`);
  return text;
}

/** Secrets are kept in files: everybody on the machine sees the words of a command. */
const readableByOthers = 0o077;

const shortestToken = 16;

/**
 * Reads a token from the first line of a file that only its owner can read.
 * @throws AgentError `serve.token-missing`, `serve.token-exposed`, `serve.token-weak`
 */
export async function readToken(files: Files, path: string): Promise<Secret> {
  const status = await files.status(path);
  const token = (await files.read(path))?.split(/\r?\n/, 1)[0]?.trim();
  const wrong = (message: string, code: string, remedy: string) =>
    new AgentError(message, { code, subject: path, remedy, exitCode: ExitCode.badConfiguration });
  if (status === undefined || token === undefined)
    throw wrong('cannot read the token: there is no such file', 'serve.token-missing', 'make it, with mode 0600');
  if (status.type === 'file' && (status.mode & readableByOthers) !== 0)
    throw wrong('cannot use the token: others may read its file', 'serve.token-exposed', 'give the file mode 0600');
  if (!/^[\x21-\x7e]+$/.test(token) || token.length < shortestToken)
    throw wrong(
      `cannot use the token: it is not ${shortestToken} or more visible characters of ASCII`,
      'serve.token-weak',
      'make one with: openssl rand -hex 24',
    );
  return new Secret(token);
}
