import { open, rm } from 'node:fs/promises';
import { runOnHost } from './host-command.ts';
import { type LoggedRequest, readWriteLog } from './write-log.ts';

/** What a disk may hold after the power failed: all that was flushed, and any part of the rest. */
export interface PowerState {
  /** How many requests of the log had ended. */
  readonly cut: number;
  /** Of those that had ended and were not flushed: what reached the disk, by numbers in the log. */
  readonly kept: readonly number[];
  /** Image of the disk, until the next state is asked for; it may be changed. */
  readonly image: string;
}

/**
 * Cuts the power before each flush of a log, some times with other parts of what was not flushed: all of it, none, and random
 * parts. A request is kept or lost as a whole.
 * @param base image of the disk as it was when the log began; it is changed
 * @param mostStates spread evenly over the flushes
 */
export async function* powerStates(
  base: string,
  logPath: string,
  random: () => number,
  mostStates: number,
): AsyncGenerator<PowerState> {
  const requests = await readWriteLog(logPath);
  const cuts = cutsOf(requests);
  const image = `${base}.state`;
  let flushed = 0;
  for (const { from, to, parts } of chosen(cuts, mostStates)) {
    await apply(base, logPath, requests.slice(flushed, from));
    flushed = from;
    for (let part = 0; part < parts; part += 1) {
      const pending = Array.from({ length: to - from }, (_, index) => from + index);
      const share = part === 0 ? 1 : part === 1 ? 0 : random();
      const kept = pending.filter((number) => requests[number]?.isForced === true || random() < share);
      // A loop device of the state before, that somebody looks at this moment, would be taken for this one if it had its inode.
      await rm(image, { force: true });
      // In a folder of lab/reflink-folder.ts this copies nothing.
      await runOnHost('cp', ['--reflink=auto', base, image]);
      await apply(
        image,
        logPath,
        kept.flatMap((number) => requests[number] ?? []),
      );
      yield { cut: to, kept, image };
    }
  }
}

interface Cut {
  /** What ended before this was flushed, and what ended from here on until `to` was not. */
  readonly from: number;
  readonly to: number;
}

/** Stretches between flushes in which anything was written. */
function cutsOf(requests: readonly LoggedRequest[]): Cut[] {
  const cuts: Cut[] = [];
  let from = 0;
  for (const [index, { isFlush }] of requests.entries()) {
    if (!isFlush) continue;
    if (index > from) cuts.push({ from, to: index });
    from = index;
  }
  return from < requests.length ? [...cuts, { from, to: requests.length }] : cuts;
}

function chosen(cuts: readonly Cut[], mostStates: number): (Cut & { readonly parts: number })[] {
  const least = 3;
  const fitting = Math.max(1, Math.min(cuts.length, Math.floor(mostStates / least)));
  const parts = Math.max(least, Math.floor(mostStates / Math.max(1, cuts.length)));
  const last = cuts.length - 1;
  // The first is among them and the last, so that nothing and all that was written are.
  const places = Array.from({ length: fitting }, (_, index) =>
    fitting === 1 ? last : Math.round((index * last) / (fitting - 1)),
  );
  return places.flatMap((place) => (cuts[place] === undefined ? [] : [{ ...cuts[place], parts }]));
}

async function apply(image: string, logPath: string, requests: readonly LoggedRequest[]): Promise<void> {
  const [disk, log] = await Promise.all([open(image, 'r+'), open(logPath)]);
  try {
    for (const { offset, length, data } of requests) {
      const bytes = Buffer.alloc(length);
      if (data !== undefined) await log.read(bytes, 0, length, data);
      if (length > 0) await disk.write(bytes, 0, length, offset);
    }
  } finally {
    await Promise.all([disk.close(), log.close()]);
  }
}
