import type { Processes } from '../../../core/system/processes.ts';

/** Files of a file system that is not mounted. */
export interface UnmountedTree {
  /** Text of a file; undefined where nothing is. A folder or link is an empty text. */
  read(path: string): Promise<string | undefined>;
}

/** An ext file system in a file, read by debugfs(8). Links on the way are followed, the last is not. */
export function extTree(file: string, offset: number, { run }: Processes): UnmountedTree {
  const device = offset > 0 ? `${file}?offset=${offset}` : file;
  const ask = async (request: string) => (await run('debugfs', ['-R', request, device])).stdout;
  return {
    read: async (path) => {
      // A path of an image may be anything; debugfs knows no way to write a quote inside quotes.
      if (path.includes('"')) return undefined;
      const status = await ask(`stat "${path}"`);
      const type = /\bType: (\w+)/.exec(status)?.[1];
      if (type === undefined) return undefined;
      return type === 'regular' ? await ask(`cat "${path}"`) : '';
    },
  };
}
