import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { unpackPackages } from '../../unpack-packages.ts';

/** An sshd of this machine's own Debian that is unpacked and not installed: installed, it would listen here. */
export interface UnpackedSshd {
  /** What stands for `/usr/sbin/sshd` with these arguments. */
  commandFor(args: readonly string[]): SshdCommand;
}

export interface SshdCommand {
  readonly tool: string;
  readonly args: readonly string[];
}

// Even to judge a configuration, sshd asks for a user of its own, a host key and a folder.
const asInstalled = `
  mount --bind "$1/passwd" /etc/passwd
  export LD_LIBRARY_PATH="$1/lib/x86_64-linux-gnu:$1/usr/lib/x86_64-linux-gnu"
  shift
  exec "$@"`;

/** @returns undefined where apt cannot fetch it */
export async function unpackedSshd(): Promise<UnpackedSshd | undefined> {
  const folder = await unpackPackages('gandi-openssh-server', download);
  if (folder === undefined) return undefined;
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const [hostKey, passwd] = [join(folder, 'key'), join(folder, 'passwd')];
  if (!existsSync(hostKey)) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', hostKey]);
  await copyFile('/etc/passwd', passwd);
  await appendFile(passwd, 'sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n');
  const inNamespace = ['--mount', '--propagation', 'private', 'sh', '-euc', asInstalled, 'sh', folder];
  return {
    commandFor: (args) => ({
      tool: 'unshare',
      args: [...inNamespace, join(folder, 'usr/sbin/sshd'), '-h', hostKey, ...args],
    }),
  };
}

/** The package, again if it is installed, with those of its libraries that this machine does not have. */
async function download(folder: string): Promise<boolean> {
  await mkdir(join(folder, 'partial'));
  const options = ['--download-only', '--reinstall', '--yes', '--quiet', '--no-install-recommends'];
  const paths = ['-o', `Dir::Cache::archives=${folder}/`, '-o', 'DPkg::Lock::Timeout=300'];
  return !(await execa('apt-get', ['install', ...options, ...paths, 'openssh-server'], { reject: false })).failed;
}
