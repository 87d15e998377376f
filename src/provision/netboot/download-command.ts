import { join } from 'node:path';
import { AgentError } from '../../core/error/agent-error.ts';
import type { Files } from '../../core/system/files.ts';

/** A program that fetches the URL after its arguments into its working folder, under the URL's last name. */
export interface DownloadCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** curl and wget with no more than these fetch as we do, and take an error page for the file. They are not started. */
const ourWay: Readonly<Record<string, RegExp>> = {
  curl: /^(?:-[sSfLO]+|--silent|--show-error|--fail|--location|--remote-name)$/,
  wget: /^(?:-q|-nv|--quiet|--no-verbose|--tries=\d+|--timeout=\d+)$/,
};

/** @returns undefined where our own way does the same */
export function commandFor(words: readonly string[]): { readonly name: string; readonly args: string[] } | undefined {
  const [name, ...args] = words;
  if (name === undefined) return undefined;
  const harmless = Object.hasOwn(ourWay, name) ? ourWay[name] : undefined;
  return harmless !== undefined && args.every((arg) => harmless.test(arg)) ? undefined : { name, args };
}

/** What a downloader may be told beside its arguments: the way out of the network. */
const passedOn = ['PATH', 'HOME', 'http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

/**
 * Finds the program of a command before anything else is done.
 * @throws AgentError `netboot.downloader-missing`
 */
export async function findCommand(
  files: Files,
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<DownloadCommand | undefined> {
  const command = commandFor(words);
  if (command === undefined) return undefined;
  const { name, args } = command;
  const folders = (environment.PATH ?? '/usr/bin:/bin').split(':').filter((folder) => folder.startsWith('/'));
  const paths = name.includes('/') ? [name] : folders.map((folder) => join(folder, name));
  for (const program of paths) {
    if ((await files.status(program)) === undefined) continue;
    const passed = passedOn.flatMap((key) => (environment[key] === undefined ? [] : [[key, environment[key]]]));
    return { program, args, environment: Object.fromEntries(passed) };
  }
  throw new AgentError('cannot download with it: there is no such program', {
    code: 'netboot.downloader-missing',
    subject: `DOWNLOAD: ${name}`,
    remedy: 'install it, or leave DOWNLOAD out',
  });
}
