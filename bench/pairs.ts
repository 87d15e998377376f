// `node bench/pairs.ts RUNS OURS OTHER COMMAND…`: two builds of the executable run the same command in turns. Prints the median of each
// in milliseconds and the median of the ratios of the pairs, so that whatever else the machine does slows down both.
import { spawnSync } from 'node:child_process';

const [runs = '', ours = '', other = '', ...command] = process.argv.slice(2);
const pairs: { readonly ours: number; readonly other: number }[] = [];
// The first run of each reads the file from the disk.
for (let run = -1; run < Number(runs); run++) {
  const pair = { ours: timeOf(ours, command), other: timeOf(other, command) };
  if (run >= 0) pairs.push(pair);
}
console.info(`${ours}: ${median(pairs.map((pair) => pair.ours)).toFixed(1)} ms`);
console.info(`${other}: ${median(pairs.map((pair) => pair.other)).toFixed(1)} ms`);
console.info(`ratio: ${median(pairs.map((pair) => pair.other / pair.ours)).toFixed(3)}`);

function timeOf(program: string, args: readonly string[]): number {
  const start = performance.now();
  const { error } = spawnSync(program, args, { stdio: 'ignore' });
  if (error !== undefined) throw new Error(`cannot run ${program}`, { cause: error });
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
