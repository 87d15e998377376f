import { randomInt } from 'node:crypto';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { Secret } from '../../core/secret/secret.ts';
import type { BuildDoors } from './build-doors.ts';
import type { BuildOptions, Drive } from './build-options.ts';
import { type DriveFacts, decideDrive } from './drive-decision.ts';
import { grubConfig } from './grub-config.ts';
import { runInside } from './inside-tree.ts';
import { setRootPassword } from './root-password.ts';
import { runStep } from './step-failed.ts';
import { writeInto } from './write-into.ts';

/**
 * Makes a drive start the tree that is mounted from it, by GRUB for BIOS, and gives root a password: the one of the options,
 * or a new one that is printed.
 * @throws AgentError what `requireDrive` throws, and `preos.step-failed`
 */
export async function bootDrive(doors: BuildDoors, options: BuildOptions, drive: Drive): Promise<void> {
  const { tree, rootPassword } = options;
  const files = doors.filesOf(tree);
  const content = grubConfig(drive.consoles, await fileSystemId(doors, tree));
  const config = { path: 'etc/default/grub.d/preos.cfg', mode: 0o644, content };
  await writeInto(files, { files: [config], links: [] });
  const inside = (...command: string[]) =>
    runStep(doors, command[0] ?? '', tree, (onLine) => runInside(doors, tree, command, onLine, 'all'));
  // Packages are installed without: from the network the whole PreOS is the initrd.
  await inside('update-initramfs', '-c', '-k', 'all');
  // Right before it is written to: the steps before take minutes.
  await requireDrive(doors, tree, drive);
  await inside('grub-install', '--target=i386-pc', drive.path);
  await inside('update-grub');
  if (rootPassword !== null) return setRootPassword(doors, tree, rootPassword);
  const password = newPassword();
  await setRootPassword(doors, tree, new Secret(password));
  doors.result(`Generated root password (without quotes):'${password}'`);
}

/**
 * Asks the table of docs/decisions/preos-drive.md.
 * @throws AgentError `preos-drive.no-drive`, `preos-drive.system-drive`, `preos-drive.tree-elsewhere`
 */
export async function requireDrive(doors: BuildDoors, tree: string, { path }: Drive): Promise<void> {
  const { code, because, outcome } = decideDrive(await driveFacts(doors, tree, path));
  if (outcome === 'install') return;
  throw new AgentError(`cannot put a boot loader on it: ${because}`, {
    code: `preos-drive.${code}`,
    subject: path,
    remedy: `make a partition and a file system on a drive of its own, mount it on ${tree}, and name that drive`,
    exitCode: ExitCode.refusedToProtectData,
  });
}

async function driveFacts(doors: BuildDoors, tree: string, path: string): Promise<DriveFacts> {
  const [line = ''] = await linesOf(doors, 'lsblk', ['--nodeps', ...listed, 'TYPE,KNAME', path]);
  const [type, name = path] = line.split(/\s+/);
  return {
    type: type === '' ? undefined : type,
    name,
    underSystem: await devicesUnder(doors, '/'),
    underTree: await devicesUnder(doors, tree),
  };
}

const listed = ['--noheadings', '--list', '--paths', '--output'];

/** lsblk(8) and findmnt(8) say by their status that there is nothing of the kind. */
const nothingThere = [0, 1, 2, 32, 64];

async function devicesUnder(doors: BuildDoors, mountPoint: string): Promise<string[]> {
  const source = await sourceOf(doors, mountPoint);
  return source === undefined ? [] : linesOf(doors, 'lsblk', ['--inverse', ...listed, 'KNAME', source]);
}

/** blkid(8) reads it from the file system itself: udev may not run where a PreOS is built. */
async function fileSystemId(doors: BuildDoors, tree: string): Promise<string | undefined> {
  const source = (await sourceOf(doors, tree)) ?? '';
  const [id] = await linesOf(doors, 'blkid', ['--probe', '--match-tag', 'UUID', '--output', 'value', source]);
  return id;
}

async function sourceOf(doors: BuildDoors, mountPoint: string): Promise<string | undefined> {
  const mounted = ['--noheadings', '--nofsroot', '--first-only', '--output', 'SOURCE', '--mountpoint', mountPoint];
  const [source] = await linesOf(doors, 'findmnt', mounted);
  return source;
}

async function linesOf({ processes }: BuildDoors, tool: string, args: readonly string[]): Promise<string[]> {
  const { stdout } = await processes.run(tool, args, { acceptExitCodes: nothingThere });
  return stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** As long as that of cdist. */
function newPassword(): string {
  return Array.from({ length: 30 }, () => letters[randomInt(letters.length)]).join('');
}
