import { dirname } from 'node:path';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { sshdMainFiles } from './sshd.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';
import { makeRunFolder } from '../stage/run-folder.ts';

/** Replaces a file that can lock the owner out: only if the tool that reads it accepts the new one, and with a copy of the old. */
export interface ReplaceChecked {
  readonly kind: 'replace-checked';
  readonly path: string;
  readonly content: string;
  readonly mode: number;
  readonly check: 'fstab' | 'sshd';
  /** Where the old file is kept; null where that is not wanted. */
  readonly backup: string | null;
}

export const replaceCheckedKind: ActionKind<ReplaceChecked> = {
  kind: 'replace-checked',
  describe: (action) => `replace ${action.path} once it is checked`,
  apply: replaceChecked,
};

/** What its reader has against the new file: one per line, empty if it accepts it. */
type Check = (action: ReplaceChecked, old: string, system: System) => Promise<readonly string[]>;

const checks: Readonly<Record<ReplaceChecked['check'], Check>> = { fstab: checkFstab, sshd: checkSshd };

const candidate = '/run/gandi/candidate';

/**
 * The old file stays unless its own reader accepts the new one. On a tree that is not running nobody is asked: the
 * reader of this host would judge by this host's devices and keys.
 * @throws AgentError `file.refused-by-check` with what the tool said
 */
async function replaceChecked(action: ReplaceChecked, system: System): Promise<void> {
  const old = await system.files.read(action.path);
  if (isRunningMachine(system)) await requireAccepted(action, old ?? '', system);
  if (action.backup !== null && old !== undefined && (await system.files.status(action.backup)) === undefined) {
    await system.files.replace(action.backup, old, { mode: 0o600 });
  }
  await system.files.makeDirectory(dirname(action.path), 0o755);
  await system.files.replace(action.path, action.content, { mode: action.mode });
}

async function requireAccepted(action: ReplaceChecked, old: string, system: System): Promise<void> {
  const complaints = await checks[action.check](action, old, system);
  if (complaints.length === 0) return;
  throw new AgentError('cannot replace it: the program that reads it would not accept the new one', {
    code: 'file.refused-by-check',
    subject: action.path,
    remedy: 'the old file is unchanged; correct what is said here, then run the stage again',
    exitCode: ExitCode.refusedToProtectData,
    cause: complaints.join('; '),
  });
}

/**
 * findmnt(8): --verify says `[E]` for each error, and `parse error` for a line that it cannot read. What it has against
 * the old file as well is none of our doing.
 */
async function checkFstab(action: ReplaceChecked, old: string, system: System): Promise<readonly string[]> {
  const known = new Set(await fstabErrors(old, system));
  return (await fstabErrors(action.content, system)).filter((line) => !known.has(line));
}

async function fstabErrors(content: string, system: System): Promise<string[]> {
  const file = await writeCandidate(content, system);
  const { stdout, stderr } = await system.processes.run('findmnt', ['--verify', '--tab-file', file], {
    acceptExitCodes: [1],
  });
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
  return lines.filter((line) => line.startsWith('[E]') || line.startsWith('findmnt:'));
}

/** sshd(8), -t. A drop-in is read in front of the main file, as its Include has it. */
async function checkSshd({ path, content }: ReplaceChecked, _: string, system: System): Promise<readonly string[]> {
  const mains = await Promise.all(sshdMainFiles.map((main) => system.files.read(main)));
  const main = path === sshdMainFiles[0] ? '' : (mains.find((text) => text !== undefined) ?? '');
  const file = await writeCandidate(`${content}\n${main}`, system);
  // Its unit makes this folder, and sshd accepts no configuration without it.
  if ((await system.files.status('/run/sshd')) === undefined) await system.files.makeDirectory('/run/sshd', 0o755);
  const { exitCode, stderr } = await system.processes.run('/usr/sbin/sshd', ['-t', '-f', file], {
    acceptExitCodes: [1, 255],
  });
  if (exitCode === 0) return [];
  return stderr.split('\n').filter((line) => line.trim() !== '');
}

/** @returns its path on this host */
async function writeCandidate(content: string, system: System): Promise<string> {
  await makeRunFolder(system);
  await system.files.replace(candidate, content, { mode: 0o600 });
  return system.files.hostPath(candidate);
}
