import { AgentError } from '../../../core/error/agent-error.ts';

/** What lies in an element, by its path in it: `install.d/10-x`. A folder on the first level that is a link counts as folder. */
export interface ElementEntry {
  readonly path: string;
  readonly type: 'folder' | 'file' | 'link';
}

export interface ElementContent {
  readonly name: string;
  readonly folder: string;
  readonly entries: readonly ElementEntry[];
}

/** One file or link that is copied to `path` of the merged folder. */
export interface MergedFile {
  readonly path: string;
  readonly from: string;
  readonly element: string;
}

/** All elements as one folder: its folders, the outer before the inner, and its files. */
export interface Merged {
  readonly folders: readonly string[];
  readonly files: readonly MergedFile[];
}

const leftOut = new Set(['tests', '__pycache__']);

/** Files directly in an element that are no part of it. */
const compiled = /\.pyc$/;

/** In a folder of an element every file is a hook, or what hooks call by its name. */
const depthOfHooks = 2;

/**
 * Lays the elements over each other. Files directly in an element may have the same name, and so may files deeper down than
 * hooks: the last one wins. Two hooks of one name are a mistake. Hidden names directly in a folder of an element are left
 * out, such as what an editor leaves among hooks.
 * @throws AgentError `image.duplicate-hook`
 */
export function planMerge(elements: readonly ElementContent[]): Merged {
  const folders = new Set<string>();
  const files = new Map<string, MergedFile>();
  for (const { name: element, folder, entries } of elements) {
    for (const { path, type } of entries) {
      const [first = '', ...deeper] = path.split('/');
      if (leftOut.has(first) && (deeper.length > 0 || type === 'folder')) continue;
      if (type !== 'folder' && deeper.length === 0 && compiled.test(first)) continue;
      if (deeper[0]?.startsWith('.')) continue;
      const from = `${folder}/${path}`;
      const other = files.get(path);
      if (type === 'folder') {
        if (other !== undefined) throw duplicate(path, other, from);
        folders.add(path);
        continue;
      }
      if (folders.has(path)) throw duplicate(path, undefined, from);
      if (other !== undefined && deeper.length + 1 === depthOfHooks) throw duplicate(path, other, from);
      files.set(path, { path, from, element });
    }
  }
  return { folders: [...folders].sort(), files: [...files.values()] };
}

function duplicate(path: string, first: MergedFile | undefined, second: string): AgentError {
  const one = first === undefined ? 'a folder of another element' : first.from;
  return new AgentError(`There is a duplicated hook in your elements: ${one} and ${second}`, {
    code: 'image.duplicate-hook',
    subject: path,
    remedy: 'give one of the two another name',
  });
}
