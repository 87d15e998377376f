import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { bytesOf } from './replace-file.ts';

/** A folder that is made beside its place, and moved there once it is whole. Paths are relative to its top. */
export interface StagedTree {
  /** Where it is made, on this host. */
  readonly hostPath: string;
  /** Makes a folder and those above it (0755). */
  makeFolder(path: string): Promise<void>;
  /** Makes a file (0644) that is not there yet. */
  writeFile(path: string, content: AsyncIterable<Uint8Array> | string): Promise<void>;
  makeLink(path: string, target: string): Promise<void>;
  /**
   * Moves a folder of it into its place. What was there is moved to `keepAs`, or removed.
   * @param keepAs path on the machine, beside the place
   */
  moveIn(folder: string, keepAs: string | null): Promise<void>;
  /** Removes what is left of it. */
  discard(): Promise<void>;
}

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_DIRECTORY } = constants;

/** @param place path on this host of the folder that is to be replaced; what an earlier run left is removed */
export async function stageTree(place: string): Promise<StagedTree> {
  // One fixed name: what a power cut leaves is cleared away by the next run.
  const stage = join(dirname(place), `.${basename(place)}.gandi-new`);
  const at = (path: string) => join(stage, path);
  const discard = () => rm(stage, { recursive: true, force: true });
  await mkdir(dirname(place), { recursive: true, mode: 0o755 });
  await discard();
  await mkdir(stage, { mode: 0o700 });
  return {
    hostPath: stage,
    makeFolder: (path) => makeFolder(stage, path),
    writeFile: (path, content) => writeFile(at(path), content),
    makeLink: (path, target) => symlink(target, at(path)),
    moveIn: (folder, keepAs) => moveIn(at(folder), place, keepAs),
    discard,
  };
}

/** The mode is given to each, whatever the umask is. */
async function makeFolder(stage: string, path: string): Promise<void> {
  const parent = dirname(path);
  if (parent !== '.') await makeFolder(stage, parent);
  const made = await mkdir(join(stage, path)).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      return false;
    },
  );
  if (made) await chmod(join(stage, path), 0o755);
}

async function writeFile(path: string, content: AsyncIterable<Uint8Array> | string): Promise<void> {
  await using file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  await file.writeFile(bytesOf(content));
  await file.chmod(0o644);
}

/** Between the two moves nothing is in the place: the next run, which finds it missing, makes it again. */
async function moveIn(folder: string, place: string, keepAs: string | null): Promise<void> {
  const isTaken = await lstat(place).catch(() => undefined);
  const old =
    keepAs === null ? join(dirname(place), `.${basename(place)}.gandi-old`) : join(dirname(place), basename(keepAs));
  if (keepAs === null) await rm(old, { recursive: true, force: true });
  if (isTaken !== undefined) await rename(place, old);
  try {
    await rename(folder, place);
  } catch (error) {
    if (isTaken !== undefined) await rename(old, place);
    throw error;
  }
  await using parent = await open(dirname(place), O_RDONLY | O_DIRECTORY);
  await parent.sync();
  if (keepAs === null) await rm(old, { recursive: true, force: true });
}
