import { describeError } from '../../core/error/agent-error.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import { makeRunFolder } from '../stage/run-folder.ts';
import { readSshdLines } from './read-sshd-lines.ts';
import { sshdPrograms } from './sshd.ts';
import { type SshdUser, valuesFor } from './sshd-lines.ts';
import { parseSshdOutput, type SshdSettings, settingsOf } from './sshd-settings.ts';

/** What sshd makes of an account. */
export type SshdAnswer =
  /** There is neither a program nor a configuration. */
  | { readonly kind: 'no-sshd' }
  | { readonly kind: 'settings'; readonly settings: SshdSettings }
  /** It does not accept its own configuration and does not start with it, or it cannot be asked. */
  | { readonly kind: 'refused'; readonly because: string };

/** From where one would come in, for Match blocks that ask: an address of the documentation (RFC 5737), which no block means. */
const anybody = 'host=anybody.invalid,addr=192.0.2.1,laddr=192.0.2.2,lport=22';

const folder = '/run/gandi/sshd';

/**
 * Asks sshd for its settings for an account, by sshd(8) -T. Of a tree nothing is run, and its files are read as text.
 */
export async function askSshd(system: System, user: SshdUser): Promise<SshdAnswer> {
  const program = await findSshd(system);
  if (!isRunningMachine(system) || program === undefined) return readAsText(system, user);
  try {
    const key = await makeHostKey(system);
    const { stdout } = await system.processes.run(program, ['-T', ...key, '-C', `user=${user.name},${anybody}`]);
    return { kind: 'settings', settings: parseSshdOutput(stdout) };
  } catch (error) {
    return { kind: 'refused', because: describeError(error) };
  } finally {
    for (const name of ['key', 'key.pub']) await system.files.remove(`${folder}/${name}`);
  }
}

/** What the files say, without a process. */
export async function readAsText(system: System, user: SshdUser): Promise<SshdAnswer> {
  const lines = await readSshdLines(system);
  if (lines === undefined) return { kind: 'no-sshd' };
  return { kind: 'settings', settings: settingsOf(valuesFor(user, lines)) };
}

async function findSshd({ files }: System): Promise<string | undefined> {
  for (const path of sshdPrograms) if ((await files.status(path)) !== undefined) return path;
  return undefined;
}

/**
 * sshd answers only with a host key and the folder of its unit (seen with OpenSSH 9.2), and in a first boot there is none yet:
 * then it gets a key for the question alone, of the one type that every policy has. @returns arguments for sshd
 */
async function makeHostKey(system: System): Promise<string[]> {
  const { files, processes } = system;
  if ((await files.status('/run/sshd')) === undefined) await files.makeDirectory('/run/sshd', 0o755);
  const keys = (await files.list('/etc/ssh')).filter((name) => /^ssh_host_\w+_key$/.test(name));
  const sizes = await Promise.all(keys.map(async (name) => (await files.status(`/etc/ssh/${name}`))?.size ?? 0));
  if (sizes.some((size) => size > 0)) return [];
  const path = `${folder}/key`;
  await makeRunFolder(system);
  await files.makeDirectory(folder, 0o700);
  for (const name of [path, `${path}.pub`]) await files.remove(name);
  await processes.run('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', await files.hostPath(path)]);
  return ['-h', await files.hostPath(path)];
}
