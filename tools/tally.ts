import type { TestCase, TestModule } from 'vitest/node';

/** What a tier came to; `skips` and `troubles` are lines for people. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skips: readonly string[];
  readonly troubles: readonly string[];
}

export function tallyOfCheck(passed: boolean): Tally {
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skips: [], troubles: [] };
}

/**
 * Counts the results of a vitest run. A test that was skipped without a reason counts as failed: either its author
 * owes one (`context.skip(reason)`), or a hook before it failed. So does each error outside of any test.
 */
export function tallyOfTests(modules: readonly TestModule[], errorsOutside: readonly unknown[]): Tally {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const skipped = tests.filter((test) => test.result().state === 'skipped');
  const unexplained = skipped.filter((test) => reason(test) === '');
  const troubles = [
    ...unexplained.map((test) => `${title(test)}: did not run, and gives no reason`),
    ...modules.flatMap(errorsOfModule),
    ...errorsOutside.map((error) => `error outside of the tests: ${firstLine(error)}`),
  ];
  return {
    passed: tests.filter((test) => test.result().state === 'passed').length,
    failed: tests.filter((test) => test.result().state === 'failed').length + troubles.length,
    skips: skipped.filter((test) => reason(test) !== '').map((test) => `${title(test)}: ${reason(test)}`),
    troubles,
  };
}

export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((total, tally) => total + tally.passed, 0),
    failed: tallies.reduce((total, tally) => total + tally.failed, 0),
    skips: tallies.flatMap((tally) => tally.skips),
    troubles: tallies.flatMap((tally) => tally.troubles),
  };
}

function reason(test: TestCase): string {
  const result = test.result();
  return result.state === 'skipped' ? (result.note ?? '') : '';
}

function title(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.fullName}`;
}

function errorsOfModule(module: TestModule): string[] {
  const suites = [...module.children.allSuites()];
  const errors = [...module.errors(), ...suites.flatMap((suite) => suite.errors())];
  return errors.map((error) => `${module.relativeModuleId}: ${firstLine(error)}`);
}

function firstLine(error: unknown): string {
  const message = (error as { message?: unknown } | null)?.message;
  return String(message ?? error).split('\n', 1)[0] ?? '';
}
