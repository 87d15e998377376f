import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Modes of folders (`path/`), modes and contents of files, as recorded. */
export type Tree = Readonly<Record<string, string | readonly [mode: string, content: string]>>;

/** What the store keeps beside what it serves. */
const own = /^\.versions$|^\.pxelinux\.0\.json$/;

/** A folder as those see it who are served from it: links are followed. */
export async function readTree(folder: string, below = ''): Promise<Record<string, Tree[string]>> {
  const tree: Record<string, Tree[string]> = {};
  for (const name of (await readdir(join(folder, below)).catch(() => [])).sort()) {
    if (own.test(name)) continue;
    const path = join(below, name);
    const status = await stat(join(folder, path));
    const mode = `0${(status.mode & 0o777).toString(8)}`;
    if (status.isDirectory()) Object.assign(tree, { [`${path}/`]: mode }, await readTree(folder, path));
    else tree[path] = [mode, await readFile(join(folder, path), 'utf8')];
  }
  return tree;
}

export async function writeTree(folder: string, tree: Tree): Promise<void> {
  for (const [path, entry] of Object.entries(tree)) {
    const target = join(folder, path);
    await mkdir(path.endsWith('/') ? target : dirname(target), { recursive: true });
    if (typeof entry !== 'string') await writeFile(target, entry[1]);
    await chmod(target, Number.parseInt(typeof entry === 'string' ? entry : entry[0], 8));
  }
}
