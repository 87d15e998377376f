import { join } from 'node:path';
import type { FileStatus } from './files.ts';
import type { System } from './system.ts';

const writableByOthers = 0o022;
// path_resolution(7): the kernel gives up after 40 links, and so does this.
const maximalLinks = 40;

/**
 * The first part of a path, from `/` down to the file itself, that somebody else than root could have written: then
 * what the file says is not root's word. @returns undefined if only root could
 */
export async function unsafePart(system: Pick<System, 'files'>, path: string): Promise<string | undefined> {
  for (const part of partsOf(path)) {
    if (!isSafe(await system.files.status(part), part === path ? 'file' : 'directory')) return part;
  }
  return undefined;
}

/** A folder that links may lead to. */
export interface FollowedFolder {
  /** Its path without a link. */
  readonly path: string;
  /** The first folder or link on the way that others than root could have changed; undefined if only root could. */
  readonly unsafePart: string | undefined;
}

/**
 * Follows the links on the way to a folder, which only root may have made: each of them lies in a folder that nobody else
 * can write. What is not there yet is root's to make.
 */
export async function followFolder(system: System, path: string): Promise<FollowedFolder> {
  let pending = componentsOf(path);
  let reached = '/';
  let unsafe = isSafe(await system.files.status('/'), 'directory') ? undefined : '/';
  for (let links = 0; pending.length > 0; ) {
    const [component = '', ...rest] = pending;
    pending = rest;
    const next = join(reached, component);
    const target = component === '..' ? undefined : await system.files.linkTarget(next);
    if (target === undefined) {
      const status = await system.files.status(next);
      if (status !== undefined && !isSafe(status, 'directory')) unsafe ??= next;
      reached = next;
      continue;
    }
    links += 1;
    if (links > maximalLinks) return { path, unsafePart: next };
    if (target.startsWith('/')) reached = '/';
    pending = [...componentsOf(target), ...pending];
  }
  return { path: reached, unsafePart: unsafe };
}

function isSafe(status: FileStatus | undefined, type: FileStatus['type']): boolean {
  return status?.type === type && status.uid === 0 && (status.mode & writableByOthers) === 0;
}

/** `/a/b` gives `/`, `/a`, `/a/b`. */
function partsOf(path: string): string[] {
  const components = componentsOf(path);
  return ['/', ...components.map((_, index) => `/${components.slice(0, index + 1).join('/')}`)];
}

function componentsOf(path: string): string[] {
  return path.split('/').filter((component) => component !== '' && component !== '.');
}
