import type { System } from '../../../core/system/system.ts';

/**
 * KiB that a tree takes on its file system. What is to come out as the same bytes has to have the same size, also where the file
 * system beneath gives folders and long files more blocks than another: there its entries are counted.
 */
export async function treeKib(
  tree: string,
  sourceDateEpoch: number | undefined,
  { processes }: Pick<System, 'processes'>,
): Promise<number> {
  if (sourceDateEpoch !== undefined) {
    const args = [tree, '-xdev', '-printf', '%i %y %s\\n'];
    return countedKib((await processes.run('find', args, { timeoutSeconds: null })).stdout);
  }
  const { stdout } = await processes.run('du', ['-skx', tree], { timeoutSeconds: null });
  return Number.parseInt(stdout, 10);
}

const blockBytes = 4096;
/** A link of fewer bytes has its target in its inode. */
const shortLink = 60;

/** @param entries lines with inode, type and size of all entries; those with one inode are one file */
export function countedKib(entries: string): number {
  const blocks = new Map<string, number>();
  for (const line of entries.split('\n')) {
    const [inode = '', type = '', size = '0'] = line.split(' ');
    blocks.set(inode, blocksOf(type, Number(size)));
  }
  return ([...blocks.values()].reduce((sum, each) => sum + each, 0) * blockBytes) / 1024;
}

function blocksOf(type: string, bytes: number): number {
  if (type === 'd') return 1;
  if (type === 'f' || (type === 'l' && bytes >= shortLink)) return Math.ceil(bytes / blockBytes);
  return 0;
}
