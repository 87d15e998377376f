import type { FileStatus } from './files.ts';
import type { System } from './system.ts';

const writableByOthers = 0o022;

/**
 * The first part of a path, from `/` down to the file itself, that somebody else than root could have written: then
 * what the file says is not root's word. @returns undefined if root alone could
 */
export async function unsafePart(system: System, path: string): Promise<string | undefined> {
  for (const part of partsOf(path)) {
    if (!isSafe(await system.files.status(part), part === path ? 'file' : 'directory')) return part;
  }
  return undefined;
}

function isSafe(status: FileStatus | undefined, type: FileStatus['type']): boolean {
  return status?.type === type && status.uid === 0 && (status.mode & writableByOthers) === 0;
}

/** `/a/b` gives `/`, `/a`, `/a/b`. */
function partsOf(path: string): string[] {
  const components = path.split('/').filter((component) => component !== '');
  return ['/', ...components.map((_, index) => `/${components.slice(0, index + 1).join('/')}`)];
}
