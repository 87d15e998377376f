import { execa } from 'execa';

export interface Cost {
  /** Seconds. */
  readonly clock: number;
  /** Seconds of all processes together. */
  readonly processor: number;
}

/** What a program costs, by bash's `time`: with all that it started and waited for. */
export async function cost(
  words: readonly string[],
  variables: Readonly<Record<string, string>>,
  folder = process.cwd(),
): Promise<Cost> {
  const began = performance.now();
  const { stderr } = await execa('bash', ['-c', 'TIMEFORMAT="@@ %3U %3S"; time "$@" >/dev/null', 'bash', ...words], {
    cwd: folder,
    env: variables,
    maxBuffer: 50_000_000,
  });
  const [, user = '', system = ''] = /^@@ (\S+) (\S+)$/m.exec(stderr) ?? [];
  return { clock: (performance.now() - began) / 1000, processor: Number(user) + Number(system) };
}
