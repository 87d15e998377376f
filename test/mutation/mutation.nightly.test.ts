import { describe, expect, test } from 'vitest';
import { planners } from './planners.ts';
import { type FileResult, runMutants } from './run-mutants.ts';
import { scoreOf } from './score.ts';

const leastPercent = 85;
const hours = 2;

describe('a change of what decides is noticed by a unit test', () => {
  const results: FileResult[] = [];

  test.each(planners)('%s', { timeout: hours * 3_600_000 }, async (file) => {
    const result = await runMutants(file);
    results.push(result);
    for (const { line, before, after } of result.survivors) console.log(`${file}:${line}: ${before} -> ${after}`);
  });

  test(`at least ${leastPercent} % of all changes`, () => {
    const { mutants, noticed, percent } = scoreOf(results);
    console.log(`${mutants} mutants, ${noticed} noticed: ${percent.toFixed(1)} %`);
    expect(results).toHaveLength(planners.length);
    expect(percent).toBeGreaterThanOrEqual(leastPercent);
  });
});
