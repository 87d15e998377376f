/** One entry of a tree, as find(1) and stat(1) tell it. */
export interface TreeEntry {
  /** `d`, `f`, `l`, `p`, `c`, `b`, as find(1) has it. */
  readonly type: string;
  /** Permission bits with those of set-user-id, set-group-id and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Below the top; empty for the top itself. */
  readonly path: string;
  /** Of a link. */
  readonly target: string;
  /** Of a device. */
  readonly device: { readonly major: number; readonly minor: number } | null;
}

/**
 * The protofile of mkfs.xfs(8) that stands for a tree: a line an entry, folders closed by `$`.
 * @param sourceOf the path that the content of a file is read from, without white space
 */
export function xfsPrototype(entries: readonly TreeEntry[], sourceOf: (path: string) => string): string {
  const children = new Map<string, TreeEntry[]>();
  for (const entry of entries.filter(({ path }) => path !== '')) {
    const parent = entry.path.slice(0, Math.max(0, entry.path.lastIndexOf('/')));
    children.set(parent, [...(children.get(parent) ?? []), entry]);
  }
  const top = entries.find(({ path }) => path === '');
  const lines = (folder: string): string[] =>
    (children.get(folder) ?? []).flatMap((entry) => [
      `${nameIn(entry.path)} ${describe(entry, sourceOf)}`,
      ...(entry.type === 'd' ? [...lines(entry.path), '$'] : []),
    ]);
  // The first two lines are of old and unused: a boot block, and numbers of blocks and inodes.
  return [`/`, '0 0', top === undefined ? 'd--755 0 0' : describe(top, sourceOf), ...lines(''), '$', ''].join('\n');
}

/** A space in a name is written as a slash, for versions of mkfs.xfs that know `slashes_are_spaces`. */
function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replaceAll(' ', '/');
}

function describe(
  { type, mode, uid, gid, path, target, device }: TreeEntry,
  sourceOf: (path: string) => string,
): string {
  const flags = `${mode & 0o4000 ? 'u' : '-'}${mode & 0o2000 ? 'g' : '-'}`;
  const permissions = (mode & 0o777).toString(8).padStart(3, '0');
  const more = { f: sourceOf(path), l: target }[type] ?? (device === null ? '' : `${device.major} ${device.minor}`);
  return `${type === 'f' ? '-' : type}${flags}${permissions} ${uid} ${gid} ${more}`.trimEnd();
}
