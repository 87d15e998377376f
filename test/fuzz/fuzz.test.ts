import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AgentError, describeError } from '../../src/core/error/agent-error.ts';
import { keep, readCorpus } from './corpus.ts';
import { type Target, targets } from './targets.ts';

const seed = Number(process.env.SEED || 1);
const seconds = Number(process.env.SECONDS || 60);
/** Without SECONDS as many on every machine, so that a change is judged by the same inputs everywhere. */
const mostInputs = process.env.SECONDS === undefined ? 3000 : Number.MAX_SAFE_INTEGER;
/** No input takes longer, on a machine that does other things too. */
const mostMilliseconds = 5000;
const shares = targets.reduce((sum, { share }) => sum + share, 0);
const prototypes = [Object.prototype, Array.prototype, String.prototype, Function.prototype];
const keysBefore = countKeys();

describe.each(targets.map((target) => [target.name, target] as const))('%s', (name, target) => {
  test.each(readCorpus(name))('what failed once does not fail again: %s', async (_, text) => {
    expect(await problemOf(target, text)).toBeUndefined();
  });

  test(`random inputs, from seed ${seed}`, { timeout: 2 * seconds * 1000 + 60_000 }, async () => {
    let tried = 0;
    const property = fc.asyncProperty(target.input, async (text) => {
      tried += 1;
      const problem = await problemOf(target, text);
      if (problem !== undefined) throw new Error(problem);
    });
    const limit = (seconds * 1000 * target.share) / shares;
    const run = await fc.check(property, { seed, numRuns: mostInputs, interruptAfterTimeLimit: limit });
    const failing = run.failed && run.counterexample !== null ? run.counterexample[0] : undefined;
    const kept = failing === undefined ? '' : `: kept as ${keep(name, failing)}`;
    console.log(`fuzz ${name}: seed ${seed}, ${tried} inputs${kept}`);
    expect(failing === undefined ? undefined : await problemOf(target, failing)).toBeUndefined();
    expect(tried).toBeGreaterThan(0);
  });
});

/** What an input broke; an error of ours is an answer, and everything else that is thrown is a fault. */
async function problemOf({ read }: Target, text: string): Promise<string | undefined> {
  const start = performance.now();
  try {
    await read(text);
  } catch (error) {
    if (!(error instanceof AgentError)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (describeError(error).includes(secret)) return `a secret is in the error: ${error.code}`;
  }
  if (countKeys() !== keysBefore) return 'a prototype was changed';
  return performance.now() - start > mostMilliseconds ? `took more than ${mostMilliseconds} ms` : undefined;
}

/** The documents' own password: no error may tell it. */
const secret = 'a'.repeat(86);

function countKeys(): string {
  return prototypes.map((prototype) => Reflect.ownKeys(prototype).length).join();
}
