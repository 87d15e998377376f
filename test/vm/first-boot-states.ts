import { open } from 'node:fs/promises';
import { checkPart, type DiskPart, withMountedPart } from '../../lab/disk-part.ts';
import { filesBelow } from '../../lab/files-below.ts';

/** Files of a root file system that the agent has to do with: content by path. */
export type Tree = ReadonlyMap<string, string>;

/** A disk with the root file system and the swap disk that brings the payload. */
export interface FirstBootParts {
  readonly root: DiskPart;
  readonly swap: DiskPart;
}

/** Where the agent writes what others read, and what it keeps. */
const folders = ['etc', 'gandi', 'var/lib/gandi'];
/** Written several times in a first boot, by tools too: whole are those whose every line has so many fields. */
const fieldsOfLines: Readonly<Record<string, number>> = {
  'etc/passwd': 7,
  'etc/shadow': 9,
  'etc/group': 4,
  'etc/gshadow': 4,
};

/** What is in the part of the root file system, as it is: a journal is not replayed. */
export async function treeOf(image: string, { root }: FirstBootParts): Promise<Tree> {
  let tree: Tree = new Map();
  await withMountedPart(image, root, `${image}.mounted`, 'ro,noload', async (mounted) => {
    tree = await filesBelow(mounted, folders);
  });
  return tree;
}

/**
 * What is wrong with a disk on which the power failed during a first boot: halves of files, damage of the file system, and a
 * configuration that is neither in place nor still on the swap disk.
 * @param image is changed, as its journal is replayed
 * @param known trees in which each file is whole: before the boot and after it
 * @param mark of the configuration, which the payload and /etc/shadow have
 */
export async function problemsOf(
  image: string,
  parts: FirstBootParts,
  known: readonly Tree[],
  mark: string,
): Promise<string[]> {
  let tree: Tree = new Map();
  await withMountedPart(image, parts.root, `${image}.mounted`, 'rw', async (mounted) => {
    tree = await filesBelow(mounted, folders);
  });
  const damage = await checkPart(image, parts.root);
  const halves = [...tree].filter(([path, content]) => !isWhole(path, content, known)).map(([path]) => `half: ${path}`);
  const isKept = isConfigured(tree, mark) || (await hasPayload(image, parts, mark));
  return [...halves, ...(isKept ? [] : ['the configuration is lost']), ...(damage === undefined ? [] : [damage])];
}

/** The old or the new one, or as its format has to be. */
function isWhole(path: string, content: string, known: readonly Tree[]): boolean {
  if (known.some((tree) => tree.get(path) === content)) return true;
  const fields = fieldsOfLines[path.replace(/-$/, '')];
  if (fields !== undefined)
    return (
      content.endsWith('\n') && content.split('\n').every((line) => line === '' || line.split(':').length === fields)
    );
  if (path.endsWith('.json')) return isJson(content);
  // One that nobody reads by this name, as it is there for a moment.
  return known.every((tree) => !tree.has(path));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isConfigured(tree: Tree, mark: string): boolean {
  const applied = tree.get('var/lib/gandi/applied.json');
  return applied !== undefined && isJson(applied) && tree.get('etc/shadow')?.includes(mark) === true;
}

async function hasPayload(image: string, { swap }: FirstBootParts, mark: string): Promise<boolean> {
  const disk = await open(image);
  try {
    // Piece by piece, as it is found in the first one that the payload reaches; each has the start of the next one too.
    const bytes = Buffer.alloc(pieceBytes + mark.length);
    for (let done = 0; done < swap.bytes; done += pieceBytes) {
      const { bytesRead } = await disk.read(bytes, 0, Math.min(bytes.length, swap.bytes - done), swap.offset + done);
      if (bytes.subarray(0, bytesRead).includes(mark)) return true;
    }
    return false;
  } finally {
    await disk.close();
  }
}

const pieceBytes = 1024 ** 2;
