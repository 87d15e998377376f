// One source file, in a process of its own: a change that never ends is ended with it. Told by its arguments: the file, and the
// number of the change to begin with. Tells by messages with which change it begins, and what became of it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createVitest } from 'vitest/node';
import { mutantsOf } from './mutants.ts';
import { testsOf } from './tests-of.ts';

const [file = '', first = '0'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'mutant-'));
const numberFile = join(folder, 'number');
process.on('exit', () => rmSync(folder, { recursive: true }));
process.env.MUTATED_FILE = resolve(file);
process.env.MUTANT_FILE = numberFile;
writeFileSync(numberFile, '-1');
const [nearest = '', ...others] = testsOf(file);

const vitest = await createVitest({ config: resolve('test/mutation/vitest.config.ts'), watch: false });
process.send?.({ passes: await passes() });
for (const number of mutantsOf(readFileSync(file, 'utf8')).keys()) {
  if (number < Number(first)) continue;
  process.send?.({ begins: number });
  writeFileSync(numberFile, String(number));
  process.send?.({ ends: number, survives: await passes() });
}
await vitest.close();
process.disconnect?.();

/** The nearest tests first: mostly they are enough. */
async function passes(): Promise<boolean> {
  return (await passesIn([nearest])) && (await passesIn(others));
}

async function passesIn(tests: readonly string[]): Promise<boolean> {
  const [project] = vitest.projects;
  if (project === undefined || tests.length === 0) return true;
  vitest.state.errorsSet.clear();
  const paths = tests.map((test) => resolve(test));
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(
    paths.map((path) => project.createSpecification(path)),
  );
  // It tells of earlier runs too. A module that could not be loaded, or did not run, is no proof: each has to have passed.
  const passed = testModules.filter(
    (each) => paths.includes(each.moduleId) && each.state() === 'passed' && each.errors().length === 0,
  );
  return unhandledErrors.length === 0 && passed.length === tests.length;
}
