import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Mutant, mutantsOf } from './mutants.ts';

export interface FileResult {
  readonly file: string;
  readonly mutants: number;
  readonly survivors: readonly Mutant[];
}

/** A mutant that takes longer is in a loop, and is noticed by that. */
const mostSeconds = 60;

/**
 * Changes a source file in one place after the other, and runs the unit tests that reach it.
 * @throws Error if they fail without a change
 */
export async function runMutants(file: string): Promise<FileResult> {
  const mutants = mutantsOf(readFileSync(file, 'utf8'));
  const survivors: Mutant[] = [];
  let next = 0;
  while (next < mutants.length) next = await runFrom(next, file, (number) => survivors.push(mutants[number] as Mutant));
  return { file, mutants: mutants.length, survivors };
}

type Told =
  | { readonly passes: boolean }
  | { readonly begins: number }
  | { readonly ends: number; readonly survives: boolean };

/** @returns the number of the mutant to go on with */
function runFrom(first: number, file: string, onSurvivor: (number: number) => void): Promise<number> {
  const worker = fork(new URL('./worker.ts', import.meta.url), [file, String(first)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    let next = first;
    let failure: Error | undefined;
    let limit = setTimeout(() => undefined, 0);
    worker.on('message', (told: Told) => {
      clearTimeout(limit);
      if ('passes' in told && !told.passes) failure = new Error(`the tests of ${file} fail without a change`);
      if ('begins' in told) {
        next = told.begins + 1;
        limit = setTimeout(() => worker.kill('SIGKILL'), mostSeconds * 1000);
      }
      if ('ends' in told && told.survives) onSurvivor(told.ends);
      if (failure !== undefined) worker.kill('SIGKILL');
    });
    worker.once('exit', (status) => {
      clearTimeout(limit);
      if (failure === undefined && next === first && status !== 0)
        failure = new Error(`no mutant of ${file} could be run`);
      if (failure === undefined) resolve(status === 0 ? Number.MAX_SAFE_INTEGER : next);
      else reject(failure);
    });
  });
}
