/** A folder, file or link of the simulated machine, or of a file system on one of its disks. */
export type Node = Folder | File | Link;

export interface Folder {
  readonly type: 'directory';
  readonly entries: Map<string, Node>;
  uid: number;
  gid: number;
  mode: number;
  /** Who made it: the agent may remove nothing but what it made itself. */
  readonly madeBy: Maker;
  /** The flag of chattr(1): nothing is made in it, and it is not removed. */
  isImmutable?: boolean;
}

export interface File {
  readonly type: 'file';
  content: string;
  mode: number;
  readonly madeBy: Maker;
}

export interface Link {
  readonly type: 'symlink';
  readonly target: string;
}

export type Maker = 'agent' | 'others';

export function folder(madeBy: Maker = 'others', mode = 0o755): Folder {
  return { type: 'directory', entries: new Map(), uid: 0, gid: 0, mode, madeBy };
}

export function file(content: string, mode = 0o644, madeBy: Maker = 'others'): File {
  return { type: 'file', content, mode, madeBy };
}

/** An error as a system call gives it. */
export class SystemCallError extends Error {
  readonly code: string;
  constructor(code: string, path: string) {
    super(`${code}: ${path}`);
    this.code = code;
  }
}

/** The names in a path: `/a/b` gives `a`, `b`. */
export function componentsOf(path: string): string[] {
  return path.split('/').filter((component) => component !== '');
}

/** Every regular file below a folder, by its path from there. */
export function filesBelow(top: Folder, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, node] of top.entries) {
    const path = `${prefix}/${name}`;
    if (node.type === 'file') found.set(path, node.content);
    else if (node.type === 'directory')
      for (const [inner, content] of filesBelow(node, path)) found.set(inner, content);
  }
  return found;
}
