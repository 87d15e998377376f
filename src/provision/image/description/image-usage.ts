import { longAnswer } from '../../../core/system/long-answer.ts';
import type { System } from '../../../core/system/system.ts';
import { isSet } from '../build/output-lines.ts';

/** Files and folders that take 10 MiB or more, or all of them. */
export type Usage = 'large' | 'all';

type Environment = Readonly<Record<string, string>>;

/** What is shown of a finished tree, by the variables of diskimage-builder; undefined for nothing. */
export function usageWanted({ DIB_SHOW_IMAGE_USAGE, DIB_SHOW_IMAGE_USAGE_FULL }: Environment): Usage | undefined {
  if (isSet(DIB_SHOW_IMAGE_USAGE_FULL)) return 'all';
  return isSet(DIB_SHOW_IMAGE_USAGE) ? 'large' : undefined;
}

/** The lines that tell what takes the room in a tree. */
export async function readUsage(tree: string, wanted: Usage, { processes }: System): Promise<string[]> {
  const listed = await longAnswer(processes, 'du', ['--all', '--null', '--block-size=1K', tree]);
  return usageLines(listed, tree, wanted);
}

/** @param listed what du(1) printed: `KIB\tPATH` with a zero byte behind each */
export function usageLines(listed: string, tree: string, wanted: Usage): string[] {
  const places = listed
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const [kib = ''] = line.split('\t', 1);
      return { kib: Number(kib), path: line.slice(kib.length + 1 + tree.length) || '/' };
    });
  return places
    .filter(({ kib }) => wanted === 'all' || kib >= largeKib)
    .sort((one, other) => other.kib - one.kib)
    .map(({ kib, path }) => `${(kib / 1024).toFixed(1).padStart(4)} MiB ${path}`);
}

const largeKib = 10 * 1024;
