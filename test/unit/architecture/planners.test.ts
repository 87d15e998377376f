import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { project } from './compiler.ts';
import { sourceFiles } from './imports.ts';

/** Types of what a planner or a decision returns, by their last word. */
const decided = /\b(?:\w*Step|\w*Plan|\w*Decision|\w*Growth|\w*Refusal|\w*Designation|Wish|TableChange)\b/;

/** Returns a promise of such a type: it looks and decides at once, and can be tried only with a machine. */
const awaits = (type: string) => /^Promise</.test(type) && decided.test(type);

/** What still awaits or must, and why; with the name of each function, so that no other hides behind it. */
const exceptions: Readonly<Record<string, string>> = {
  'src/agent/action/loop.ts: planOnce': 'the loop itself: it observes, and hands what it sees to the planner',
};

/** Every exported function of the sources with the type that it returns, as the compiler sees it. */
const functions = sourceFiles.flatMap((file) =>
  returnTypes(file).map(([name, type]) => ({ name: `${file}: ${name}`, type })),
);

describe('planners never await, whatever their file is called', () => {
  test('the compiler sees what is exported', () => {
    const types = new Map(functions.map(({ name, type }) => [name, type]));
    expect(functions.length).toBeGreaterThan(400);
    expect(types.get('src/agent/disk/plan.ts: planDisk')).toMatch(/Step\w*(?:<.*>)?\[\]/);
    expect(types.get('src/agent/action/converge.ts: converge')).toBe('Promise<StepOutcome[]>');
  });

  test.each([
    ['Promise<Step[]>', true],
    ['Promise<{ steps: Step[]; notes: string[]; }>', true],
    ['Promise<Plan<ActionShape>>', true],
    ['Promise<TrialDecision>', true],
    ['Promise<StepOutcome[]>', false],
    ['Step[]', false],
  ])('%s is the return type of a planner that awaits: %s', (type, expected) => {
    expect(awaits(type)).toBe(expected);
  });

  test('no exported function that decides returns a promise', () => {
    const found = functions.filter(({ type }) => awaits(type)).map(({ name }) => name);
    expect(found.filter((name) => exceptions[name] === undefined)).toEqual([]);
  });

  test('no other function that decides is async', () => {
    const found = sourceFiles.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/async function (\w+)(?:<[^(]*>)?\([^{]*?\): (Promise<[^{]*>) \{$/gm)]
        .filter(([, , type = '']) => awaits(type))
        .map(([, name]) => `${file}: ${name}`),
    );
    expect(found.filter((name) => exceptions[name] === undefined)).toEqual([]);
  });
});

function returnTypes(file: string): (readonly [name: string, type: string])[] {
  const source = project.program.getSourceFile(resolve(file));
  const module = source === undefined ? undefined : project.checker.getSymbolAtLocation(source);
  if (module === undefined) return [];
  const { checker } = project;
  return checker.getExportsOfModule(module).flatMap((symbol) => {
    const type = checker.getTypeOfSymbol(symbol);
    const signatures = type === undefined ? [] : checker.getSignaturesOfType(type, 0);
    return signatures.flatMap((signature) => {
      const returned = checker.getReturnTypeOfSignature(signature);
      return returned === undefined ? [] : [[symbol.name, checker.typeToString(returned)] as const];
    });
  });
}
