// `node bench/pairs.ts RUNS OURS OTHER COMMAND…`: two builds of the executable run the same command in turns. Prints the processor's
// time of each, user and system, per run in milliseconds, and how much the other takes, ours being 1.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const [runs = '', ours = '', other = '', ...command] = process.argv.slice(2);
const total = new Map([ours, other].map((program) => [program, 0]));
// The first run of each reads the file from the disk.
for (let run = -1; run < Number(runs); run++) {
  for (const program of [ours, other]) {
    const taken = processorTimeOf(program, command);
    if (run >= 0) total.set(program, (total.get(program) ?? 0) + taken);
  }
}
for (const [program, taken] of total) console.info(`${program}: ${(taken / Number(runs)).toFixed(1)} ms`);
console.info(`ratio: ${((total.get(other) ?? Number.NaN) / (total.get(ours) ?? Number.NaN)).toFixed(2)}`);

function processorTimeOf(program: string, args: readonly string[]): number {
  const before = ticksOfChildren();
  const { error } = spawnSync(program, args, { stdio: 'ignore' });
  if (error !== undefined) throw new Error(`cannot run ${program}`, { cause: error });
  return (ticksOfChildren() - before) * 10;
}

/** Fields 16 and 17 of proc_pid_stat(5), in hundredths of a second. What is lost of one run by rounding is in the next. */
function ticksOfChildren(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(fields[13]) + Number(fields[14]);
}
