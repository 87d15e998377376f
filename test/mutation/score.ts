import type { FileResult } from './run-mutants.ts';

export interface Score {
  readonly mutants: number;
  readonly noticed: number;
  readonly percent: number;
}

export function scoreOf(results: readonly FileResult[]): Score {
  const mutants = results.reduce((sum, result) => sum + result.mutants, 0);
  const noticed = mutants - results.reduce((sum, { survivors }) => sum + survivors.length, 0);
  return { mutants, noticed, percent: mutants === 0 ? 100 : (100 * noticed) / mutants };
}
