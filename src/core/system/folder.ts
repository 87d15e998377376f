import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, rename, unlink } from 'node:fs/promises';
import { errorCode } from '../error/error-code.ts';
import { AgentError } from '../error/agent-error.ts';
import { textOfBytes } from './byte-text.ts';
import { readRegular } from './read-regular.ts';
import { bytesOf } from './replace-file.ts';
import { clearLeftovers, temporaryName } from './temporary-file.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * An open folder that somebody else may write to, such as a user's home. What is done through it stays in it, whatever
 * its path has become meanwhile, and no symbolic link in it is followed.
 */
export interface Folder extends AsyncDisposable {
  /**
   * Content as `Files.read` has it; undefined unless a regular file has this name whose text the owner of the folder may know: their
   * own, or one of root's that everybody may read and that has no other name. Where the kernel lets users make hard links
   * to files of others (fs.protected_hardlinks of sysctl), one to a secret of root's would hand it to them.
   * @throws AgentError `file.too-large`; the error of the kernel where the file is there and cannot be read
   */
  read(name: string, owner: Owner): Promise<string | undefined>;
  /** Opens a folder in it, making it if it is missing; either way it gets the mode and the owner. */
  makeFolder(name: string, mode: number, owner: Owner): Promise<Folder>;
  /** As `Files.replace`, with the owner and mode named. @throws AgentError `file.not-regular` */
  replace(name: string, content: string | Uint8Array, mode: number, owner: Owner): Promise<void>;
}

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_DIRECTORY } = constants;

const readableByAll = 0o004;

/**
 * Opens the folder at a path of this host; the last component must not be a symbolic link. Declare it with `await using`.
 * @returns undefined if nothing is there
 * @throws AgentError `file.not-a-folder` for a link or anything else
 */
export async function openFolder(hostPath: string): Promise<Folder | undefined> {
  try {
    return folderOf(await open(hostPath, O_RDONLY | O_DIRECTORY | O_NOFOLLOW), hostPath);
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw new AgentError('cannot use it as a folder: it is a symbolic link or a file', {
      code: 'file.not-a-folder',
      subject: hostPath,
      remedy: 'make it a folder, then run the stage again',
      cause,
    });
  }
}

function folderOf(handle: FileHandle, path: string): Folder {
  const opened = new Date();
  // Node has no openat(2); proc_pid_fd(5) leads to the folder that is open, and not to what has its path now.
  const at = (name: string) => `/proc/self/fd/${handle.fd}/${name}`;
  return {
    read: (name, owner) => readOwn(at(name), owner),
    makeFolder: async (name, mode, owner) => {
      await mkdir(at(name), { mode: 0o700 }).catch((error: unknown) => {
        if (errorCode(error) !== 'EEXIST') throw error;
      });
      await using own = new AsyncDisposableStack();
      const opening = open(at(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch((cause: unknown) => {
        throw notA('folder', `${path}/${name}`, cause);
      });
      const inner = own.use(await opening);
      await inner.chown(owner.uid, owner.gid);
      await inner.chmod(mode);
      await handle.sync();
      own.move();
      return folderOf(inner, `${path}/${name}`);
    },
    replace: async (name, content, mode, owner) => {
      const old = await lstat(at(name)).catch(() => undefined);
      if (old !== undefined && !old.isFile()) throw notA('file', `${path}/${name}`);
      await replaceIn(at, name, content, mode, owner, opened);
      await handle.sync();
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/**
 * A user may put anything there: whatever is not a file is as good as missing, and `replace` says so. What cannot be read is not
 * missing: its text would be lost with the next `replace`.
 */
async function readOwn(path: string, { uid }: Owner): Promise<string | undefined> {
  const isTheirs = (file: Stats) =>
    file.uid === uid || (file.uid === 0 && file.nlink === 1 && (file.mode & readableByAll) !== 0);
  try {
    return textOfBytes(await readRegular(path, O_NOFOLLOW, isTheirs));
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'file.not-regular') return undefined;
    throw error;
  }
}

async function replaceIn(
  at: (name: string) => string,
  name: string,
  content: string | Uint8Array,
  mode: number,
  owner: Owner,
  opened: Date,
): Promise<void> {
  await clearLeftovers({ folder: at('.'), name }, opened, owner.uid);
  const temporary = at(temporaryName(name));
  await using file = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await file.writeFile(bytesOf(content));
    await file.chown(owner.uid, owner.gid);
    await file.chmod(mode);
    await file.sync();
    await rename(temporary, at(name));
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}

function notA(type: 'file' | 'folder', path: string, cause?: unknown): AgentError {
  const code = type === 'file' ? 'file.not-regular' : 'file.not-a-folder';
  return new AgentError(`cannot use it as a ${type}: it is a symbolic link or something else`, {
    code,
    subject: path,
    remedy: `make it a ${type}, then run the stage again`,
    ...(cause === undefined ? {} : { cause }),
  });
}
