import { join } from 'node:path';
import {
  entriesOf,
  makeFolder,
  makeOwnFolder,
  modifiedAt,
  move,
  removeTree,
  touch,
} from '../../../core/system/own-tree.ts';
import { isProcessThere } from '../../../core/system/process-start.ts';
import type { System } from '../../../core/system/system.ts';

/** States of trees in a folder that only the caller can read: what is in an image may be secret. */
export interface StateStore {
  /** Whether there is a state of this name that is not too old. */
  has(key: string): Promise<boolean>;
  /** Fills an empty tree, and lays what hooks made among the hooks over them. */
  restore(key: string, places: StatePlaces): Promise<void>;
  /** @param made paths below the folder of hooks that hooks made or changed */
  save(key: string, places: StatePlaces, made: readonly string[]): Promise<void>;
}

/** Both without anything mounted in them. */
export interface StatePlaces {
  readonly tree: string;
  readonly hooks: string;
}

export interface StoreSettings {
  readonly folder: string;
  /** Older states count for nothing: what was fetched from elsewhere may have changed. null for any age. */
  readonly maximalSeconds: number | null;
  /** The name of the process that the build belongs to. */
  readonly owner: string;
}

const unfinished = '.new-';
/** A chain of builds has three. */
const mostStates = 12;

export function openStateStore({ folder, maximalSeconds, owner }: StoreSettings, { processes }: System): StateStore {
  const run = (args: readonly string[], input?: string) =>
    processes.run('tar', args, { timeoutSeconds: null, ...(input === undefined ? {} : { input }) });
  return {
    has: async (key) => {
      const written = await modifiedAt(join(folder, key, treeFile));
      if (written === undefined) return false;
      return maximalSeconds === null || Date.now() - written.getTime() < maximalSeconds * 1000;
    },
    restore: async (key, { tree, hooks }) => {
      await touch(join(folder, key));
      await run(['-C', tree, ...allOfIt, '-xpf', join(folder, key, treeFile)]);
      await run(['-C', hooks, ...allOfIt, '-xpf', join(folder, key, hooksFile)]);
    },
    save: async (key, { tree, hooks }, made) => {
      await makeFolder(folder);
      const fresh = await makeOwnFolder(join(folder, `${unfinished}${owner}.`));
      const list = ['--null', '--verbatim-files-from', '--no-recursion', '--files-from=-'];
      await run(['-C', tree, ...allOfIt, '--one-file-system', '-cf', join(fresh, treeFile), '.']);
      await run(
        ['-C', hooks, ...allOfIt, ...list, '-cf', join(fresh, hooksFile)],
        made.map((path) => `${path}\0`).join(''),
      );
      await removeTree(join(folder, key));
      await move(fresh, join(folder, key));
      await removeOldest(folder);
    },
  };
}

/** Removes states that a killed build did not finish. @returns their paths */
export async function clearUnfinishedStates(folder: string): Promise<string[]> {
  const left = (await entriesOf(folder)).filter(({ name }) => name.startsWith(unfinished));
  const dead = left.filter(({ name }) => !isProcessThere(name.slice(unfinished.length).split('.', 1)[0] ?? ''));
  const paths = dead.map(({ name }) => join(folder, name));
  for (const path of paths) await removeTree(path);
  return paths;
}

/** Where states are, in the folder for what is kept between builds. */
export function statesFolder(imageCache: string): string {
  return join(imageCache, 'states');
}

const treeFile = 'tree.tar';
const hooksFile = 'hooks.tar';

/** posix: with times to the nanosecond. */
const allOfIt = ['--format=posix', '--numeric-owner', '--same-owner', '--xattrs', '--xattrs-include=*'];

async function removeOldest(folder: string): Promise<void> {
  const names = (await entriesOf(folder)).map(({ name }) => name).filter((name) => !name.startsWith('.'));
  const dated = await Promise.all(
    names.map(async (name) => ({ name, used: (await modifiedAt(join(folder, name)))?.getTime() ?? 0 })),
  );
  const sorted = dated.sort((one, other) => other.used - one.used);
  for (const { name } of sorted.slice(mostStates)) await removeTree(join(folder, name));
}
