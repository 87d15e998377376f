import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

export interface StartTimes {
  /** Medians in milliseconds. */
  readonly node: number;
  readonly agent: number;
  readonly ratio: number;
}

/**
 * How long `gandi-agent --version` takes, against the same Node doing nothing. The two are run in turns, so that
 * whatever else the machine does slows down both.
 */
export function measureStart(executable: string, runs: number): StartTimes {
  const measure = { node: [] as number[], agent: [] as number[] };
  // The first run of each reads the file from the disk.
  for (let run = -1; run < runs; run++) {
    const node = timeOf(process.execPath, ['-e', '0']);
    const agent = timeOf(executable, ['--version']);
    if (run < 0) continue;
    measure.node.push(node);
    measure.agent.push(agent);
  }
  const [node, agent] = [median(measure.node), median(measure.agent)];
  return { node, agent, ratio: agent / node };
}

function timeOf(program: string, args: string[]): number {
  const start = performance.now();
  const { status, error } = spawnSync(program, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`cannot run ${program}`, { cause: error });
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { node, agent, ratio } = measureStart('dist/gandi-agent', 10);
  console.log(`node -e 0              ${node.toFixed(1)} ms`);
  console.log(`gandi-agent --version  ${agent.toFixed(1)} ms`);
  console.log(`ratio                  ${ratio.toFixed(2)} (at most 1.5)`);
}
