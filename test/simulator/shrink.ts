import type { History, Scene } from './history.ts';
import { runHistory } from './run-history.ts';

type Judge = (history: History) => Promise<ReadonlySet<string>>;

/**
 * The shortest history that was found to break one of the same laws, by leaving out what is not needed for it.
 * @param judge says which laws a history breaks
 */
export async function shrink(history: History, judge: Judge = brokenBy): Promise<History> {
  const laws = await judge(history);
  let shortest = history;
  for (;;) {
    const shorter = await firstThatBreaks(shorterOnes(shortest), laws, judge);
    if (shorter === undefined) return shortest;
    shortest = shorter;
  }
}

async function brokenBy(history: History): Promise<ReadonlySet<string>> {
  return new Set((await runHistory(history)).violations.map(({ law }) => law));
}

async function firstThatBreaks(
  candidates: Iterable<History>,
  laws: ReadonlySet<string>,
  judge: Judge,
): Promise<History | undefined> {
  for (const candidate of candidates) {
    if ((await judge(candidate)).intersection(laws).size > 0) return candidate;
  }
  return undefined;
}

/** Without a whole scene first, then without one thing that happens. */
function* shorterOnes(history: History): Generator<History> {
  const { scenes } = history;
  for (const [index] of scenes.entries()) yield { ...history, scenes: scenes.toSpliced(index, 1) };
  for (const [index, scene] of scenes.entries()) {
    for (const shorter of shorterScenes(scene)) yield { ...history, scenes: scenes.with(index, shorter) };
  }
}

function* shorterScenes({ before, during }: Scene): Generator<Scene> {
  for (const [index] of before.entries()) yield { before: before.toSpliced(index, 1), during };
  for (const [index] of during.entries()) yield { before, during: during.toSpliced(index, 1) };
}
