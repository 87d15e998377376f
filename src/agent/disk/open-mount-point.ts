import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { errorCode } from '../../core/error/error-code.ts';
import { followFolder } from '../../core/system/safe-path.ts';
import { rememberMadeFolder, removeMadeFolder } from './made-folders.ts';
import type { System } from '../../core/system/system.ts';

/** A folder to mount on, held open: a mount through it lands on this very folder, whatever has its path by then. */
export interface OpenMountPoint extends AsyncDisposable {
  /** Its path without a link, as the table of mounts shows it. */
  readonly path: string;
  /** Leads a child of this process to the open folder, proc_pid_fd(5). */
  readonly handlePath: string;
  /** Whether the folder was made now. */
  readonly isNew: boolean;
  /** Waits until the folder is on its disk, with its flags and its name. */
  sync(): Promise<void>;
}

/**
 * Opens the folder to mount on, and makes it if it is missing. Only root may decide where that is: others must not be able
 * to put a link there. Declare it with `await using`.
 * @throws AgentError `mount.unsafe-root` before anything is made, `mount.not-a-folder`, `mount.not-empty`,
 *   `mount.folder-immutable`
 */
export async function openMountPoint(mountPoint: string, system: System): Promise<OpenMountPoint> {
  const { path: diskRoot, unsafePart } = await followFolder(system, dirname(mountPoint));
  if (unsafePart !== undefined) throw unsafeRoot(unsafePart);
  const path = join(diskRoot, basename(mountPoint));
  const isNew = await ensureFolder(path, system);
  try {
    await using opened = new AsyncDisposableStack();
    const handle = opened.use(await openFolder(path, system));
    // A `.` at the end has every way of mounting follow the link before it: move_mount(2) does not follow a last one.
    const handlePath = `/proc/${process.pid}/fd/${handle.fd}/.`;
    const kept = opened.move();
    const sync = async () => {
      await handle.sync();
      await using parent = await openFolder(diskRoot, system);
      await parent.sync();
    };
    return { path, handlePath, isNew, sync, [Symbol.asyncDispose]: () => kept.disposeAsync() };
  } catch (error) {
    if (isNew) await removeMadeFolder(system, path);
    throw error;
  }
}

/** @returns whether the folder was made now */
async function ensureFolder(path: string, system: System): Promise<boolean> {
  const status = await system.files.status(path);
  if (status?.type === 'directory') {
    if ((await system.files.list(path)).length > 0) throw notEmpty(path);
    return false;
  }
  if (status !== undefined) throw notAFolder(path);
  await makeFolder(path, system).catch((cause: unknown) => {
    throw errorCode(cause) === 'EPERM' ? immutableAbove(path, cause) : cause;
  });
  await rememberMadeFolder(system, path);
  return true;
}

async function makeFolder(path: string, { files }: System): Promise<void> {
  if ((await files.status(dirname(path))) === undefined) await files.makeDirectory(dirname(path), 0o755);
  await files.makeMountPoint(path);
}

async function openFolder(path: string, system: System): Promise<FileHandle> {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  return system.files.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch((cause: unknown) => {
    throw notAFolder(path, cause);
  });
}

function unsafeRoot(part: string): AgentError {
  return new AgentError('cannot mount below it: it must be a folder of root that nobody else can write', {
    code: 'mount.unsafe-root',
    subject: part,
    remedy: `run \`chown root ${part}\` and \`chmod go-w ${part}\`, or choose another folder; then attach the disk again`,
    exitCode: ExitCode.refusedToProtectData,
  });
}

function notAFolder(path: string, cause?: unknown): AgentError {
  return new AgentError('cannot mount there: it is not a folder', {
    code: 'mount.not-a-folder',
    subject: path,
    remedy: 'move it away, then attach the disk again',
    exitCode: ExitCode.refusedToProtectData,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Not even root makes a folder in an immutable one, chattr(1). */
function immutableAbove(path: string, cause: unknown): AgentError {
  return new AgentError('cannot make the folder: one above it is immutable', {
    code: 'mount.folder-immutable',
    subject: path,
    remedy: 'find that one with `lsattr -d`, run `chattr -i` on it, then attach the disk again',
    exitCode: ExitCode.refusedToProtectData,
    cause,
  });
}

/** It was empty or missing when the mount was decided about. */
function notEmpty(path: string): AgentError {
  return new AgentError('cannot mount there: the folder holds files, which the mount would hide', {
    code: 'mount.not-empty',
    subject: path,
    remedy: 'move the files away, then attach the disk again',
    exitCode: ExitCode.refusedToProtectData,
  });
}
