import { existsSync, globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { type Mutant, mutantsOf, withSwitches } from '../../mutation/mutants.ts';
import { planners } from '../../mutation/planners.ts';
import { testsOf } from '../../mutation/tests-of.ts';

const mutated = (source: string, { start, end, after }: Mutant) => source.slice(0, start) + after + source.slice(end);
const changesOf = (source: string) => mutantsOf(source).map((mutant) => mutated(source, mutant));

test.each([
  ['a === b;', [';', '(a) !== (b);']],
  ['const x = a < b;', ['const x = (a) <= (b);']],
  ['const x = a && b;', ['const x = (a) || (b);']],
  ['const x = a ?? b;', ['const x = (a) && (b);']],
  ['const x = !a;', ['const x = a;']],
  ['if (a) return_;', ['if (true) return_;', 'if (false) return_;', 'if (a) ;']],
  ['const x = a ? b : c;', ['const x = true ? b : c;', 'const x = false ? b : c;']],
  ['const x = 4;', ['const x = (4 + 1);']],
  ["const x = 'leave';", ["const x = '';"]],
  ["const x = 'it is mounted';", []],
  ['const x = [...a, b];', ['const x = [...[], b];', 'const x = [...a, ...[]];']],
  ['const x = a.some(b);', ['const x = a.every(b);']],
  ["import a from 'b';", []],
  ["type A = 'b' | 4; const x = a as 'b';", []],
  ["const x = { 'a': b };", []],
])('%s', (source, changes) => {
  expect(changesOf(source)).toEqual(changes);
});

const none = -1;
const program =
  "tell((() => { if (a && !b) c(); return [...(a ? ['x', d] : []), 3 - 1].some((each) => each === 'x'); })());";

/** What a program tells, with this mutant of it in force. */
function told(text: string, mutant: number, a: boolean, b: boolean): unknown[] {
  const said: unknown[] = [];
  const run = new Function('mutant', 'a', 'b', 'c', 'd', 'tell', text);
  run(
    mutant,
    a,
    b,
    () => said.push('c'),
    'd',
    (answer: unknown) => said.push(answer),
  );
  return said;
}

test.each([
  [true, true],
  [true, false],
  [false, true],
  [false, false],
])('each switch puts its change in force, and none without one: %s, %s', (a, b) => {
  const switches = withSwitches(program, 'mutant');
  expect(told(switches, none, a, b)).toEqual(told(program, none, a, b));
  const mutants = mutantsOf(program);
  expect(mutants.length).toBeGreaterThan(12);
  for (const [number, mutant] of mutants.entries()) {
    expect([mutant, told(switches, number, a, b)]).toEqual([mutant, told(mutated(program, mutant), none, a, b)]);
  }
});

test('a mutant knows its line, also behind characters of several bytes', () => {
  expect(mutantsOf("// é…\nconst x = '€';\nconst y = a === b;")).toEqual([
    { line: 2, start: 16, end: 19, before: "'€'", after: "''" },
    { line: 3, start: 31, end: 38, before: 'a === b', after: '(a) !== (b)' },
  ]);
});

test('each planner is there, can be changed, and has a test that reaches it', () => {
  for (const file of planners) {
    expect(existsSync(file)).toBe(true);
    expect(mutantsOf(readFileSync(file, 'utf8')).length).toBeGreaterThan(0);
    expect(testsOf(file).length).toBeGreaterThan(0);
  }
});

test('each file with a table of decisions is among the planners', async () => {
  const files = globSync('src/**/*.ts').filter((file) => readFileSync(file, 'utf8').includes('DecisionTable'));
  const withTable = [];
  for (const file of files) {
    const exported: unknown[] = Object.values(await import(resolve(file)));
    if (exported.some(isDecisionTable)) withTable.push(file);
  }
  expect(withTable.length).toBeGreaterThan(15);
  expect(withTable.filter((file) => !(planners as readonly string[]).includes(file))).toEqual([]);
});

function isDecisionTable(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'document' in value && 'rows' in value && Array.isArray(value.rows)
  );
}
