import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentError } from '../error/agent-error.ts';

// path_resolution(7): the kernel gives up after 40 links, and so does this.
const maximalLinks = 40;

/**
 * The path on this host of `path` inside the tree at `root`. Symbolic links are followed as if `root` were `/`:
 * an absolute one starts at `root` again and `..` never leaves it. What does not exist yet is joined as it is.
 * @throws AgentError `file.too-many-links`
 */
export async function resolveBelow(root: string, path: string): Promise<string> {
  let pending = components(path);
  let resolved: string[] = [];
  let links = 0;
  while (pending.length > 0) {
    const [component, ...rest] = pending as [string, ...string[]];
    pending = rest;
    if (component === '..') {
      resolved = resolved.slice(0, -1);
      continue;
    }
    const target = await linkTarget(join(root, ...resolved, component));
    if (target === undefined) {
      resolved = [...resolved, component];
      continue;
    }
    links += 1;
    if (links > maximalLinks) throw tooManyLinks(path);
    if (target.startsWith('/')) resolved = [];
    pending = [...components(target), ...pending];
  }
  return join(root, ...resolved);
}

function components(path: string): string[] {
  return path.split('/').filter((component) => component !== '' && component !== '.');
}

async function linkTarget(hostPath: string): Promise<string | undefined> {
  try {
    return await readlink(hostPath);
  } catch {
    // Not a link, or not there: either way the component stands for itself.
    return undefined;
  }
}

function tooManyLinks(path: string): AgentError {
  return new AgentError('cannot resolve it: too many symbolic links', {
    code: 'file.too-many-links',
    subject: path,
    remedy: 'look for a link that points to itself',
  });
}
