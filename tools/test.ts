import { execa } from 'execa';
import { sum, type Tally, tallyOfCheck, tallyOfTests } from './tally.ts';

/**
 * Runs the tiers named as arguments, one after the other, and ends with one line of totals:
 * `node tools/test.ts lint types unit integration vm`. A failed tier does not stop the next one.
 */
const tiers: Readonly<Record<string, () => Promise<Tally>>> = {
  lint: () => check('@biomejs/cli-linux-x64/biome', 'ci', '--colors=off', '.'),
  types: () => check('.bin/tsc'),
  unit: () => tests('unit', 'default'),
  simulator: () => tests('simulator', 'verbose'),
  fuzz: () => tests('fuzz', 'verbose'),
  integration: () => tests('integration', 'verbose'),
  vm: () => tests('vm', 'verbose'),
  timing: () => tests('timing', 'verbose'),
  nightly: () => tests('nightly', 'verbose'),
};

// Log files are read by people too; vitest looks at this when it is loaded.
if (!process.stdout.isTTY) process.env.NO_COLOR = '1';

const tallies: Tally[] = [];
for (const name of process.argv.slice(2)) tallies.push(await run(name));
const total = sum(tallies);
for (const skip of total.skips) console.log(`skipped  ${skip}`);
for (const trouble of total.troubles) console.log(`failed   ${trouble}`);
const last = `${total.passed} passed, ${total.failed} failed, ${total.skips.length} skipped\n`;
// A test may have left a handle open; once the line is out, nothing is waited for.
process.stdout.write(last, () => process.exit(total.failed === 0 ? 0 : 1));

async function run(name: string): Promise<Tally> {
  const tier = tiers[name];
  if (tier === undefined) throw new Error(`no tier is called ${name}; there are ${Object.keys(tiers).join(', ')}`);
  console.log(`\n== ${name}`);
  const start = performance.now();
  const tally = await tier();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `== ${name}: ${tally.passed} passed, ${tally.failed} failed, ${tally.skips.length} skipped in ${seconds} s`,
  );
  return tally;
}

async function check(program: string, ...args: string[]): Promise<Tally> {
  const { failed } = await execa(`node_modules/${program}`, args, { stdio: 'inherit', reject: false });
  return tallyOfCheck(!failed);
}

async function tests(project: string, reporter: string): Promise<Tally> {
  const { startVitest } = await import('vitest/node');
  const vitest = await startVitest('test', [], {
    project,
    watch: false,
    passWithNoTests: true,
    allowOnly: false,
    reporters: [reporter],
  });
  const tally = tallyOfTests(vitest.state.getTestModules(), vitest.state.getUnhandledErrors());
  await vitest.close();
  return tally;
}
