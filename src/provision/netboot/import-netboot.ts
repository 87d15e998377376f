import { join } from 'node:path';
import { AgentError } from '../../core/error/agent-error.ts';
import { readSums, type Sums } from './check-sums.ts';
import type { DownloadCommand } from './download-command.ts';
import { type DownloadDoors, openDownload } from './download.ts';
import type { FetchDoors } from './fetch.ts';
import { importLoader } from './import-loader.ts';
import { importRelease } from './import-release.ts';
import { type Import, planImport, type SumsSource } from './plan-import.ts';
import type { Settings } from './settings.ts';
import { lockStore } from './store-lock.ts';

/** How the import of a loader or a release ended. */
export interface Outcome {
  readonly import: Import;
  /** `skipped` for a loader that the archive does not have, or not whole: the one that is there stays. */
  readonly state: 'updated' | 'unchanged' | 'skipped' | 'failed';
  readonly error?: unknown;
}

/** How many releases are fetched at once. */
const width = 4;

/**
 * Fetches the pre-boot loader of each architecture and kernel and initrd of each release, and puts in place what changed.
 * One that fails keeps what it had, and the others go on.
 * @param command fetches in place of our own way
 * @param onStart gets the folder in which downloads arrive
 * @param onOutcome gets each outcome, in the order of the plan
 * @throws AgentError `netboot.locked`; AbortError once the signal says so, with nothing left half done
 */
export async function importNetboot(
  doors: DownloadDoors,
  settings: Settings,
  command: DownloadCommand | undefined,
  onStart: (folder: string) => void,
  onOutcome: (outcome: Outcome) => void,
): Promise<void> {
  const { trees, signal } = doors;
  const stage = join(settings.tftpRoot, '.gandi-import');
  await trees.makeFolder(settings.tftpRoot);
  const lock = await lockStore(doors.processes, settings.tftpRoot);
  try {
    // What a killed import left.
    await trees.remove(stage);
    await trees.makeFolder(stage);
    onStart(stage);
    await importAll(doors, settings, command, stage, onOutcome);
    signal.throwIfAborted();
  } finally {
    await trees.remove(stage);
    await lock.release();
  }
}

async function importAll(
  doors: DownloadDoors,
  settings: Settings,
  command: DownloadCommand | undefined,
  stage: string,
  onOutcome: (outcome: Outcome) => void,
): Promise<void> {
  const fetchDoors = openFetch(doors, settings, command, stage);
  const plan = planImport(settings);
  // Fetched side by side, put in place one after the other.
  const turns = startTurns(plan, width, doors.signal, (each, index) => {
    const place = join(settings.tftpRoot, each.place);
    const own = join(stage, String(index));
    return each.kind === 'loader'
      ? importLoader(doors, fetchDoors, each, place, own)
      : importRelease(doors, fetchDoors, each, place, own);
  });
  try {
    for (const [index, each] of plan.entries()) {
      const outcome = await turns[index]
        ?.then(async (putInPlace) => ({ import: each, state: await putInPlace() }))
        .catch((error: unknown) => failedOutcome(each, error));
      doors.signal.throwIfAborted();
      if (outcome !== undefined) onOutcome(outcome);
      await doors.trees.remove(join(stage, String(index)));
    }
  } finally {
    // Nothing may write any more to the folder that is removed next.
    await Promise.allSettled(turns);
  }
}

function openFetch(
  doors: DownloadDoors,
  { keyring }: Settings,
  command: DownloadCommand | undefined,
  stage: string,
): FetchDoors {
  const download = openDownload(doors, command);
  const known = new Map<string, Promise<Sums>>();
  const sums = (source: SumsSource) => {
    const folder = join(stage, `sums-${known.size}`);
    const found = known.get(source.images) ?? readSums({ ...doors, download, keyring }, source, folder);
    known.set(source.images, found);
    return found;
  };
  return { files: doors.files, download, sums, isKeyringGiven: keyring !== null };
}

/** Starts work on each thing, on so many at once; what has no turn before the signal is not started. */
function startTurns<Thing, Result>(
  things: readonly Thing[],
  atOnce: number,
  signal: AbortSignal,
  work: (thing: Thing, index: number) => Promise<Result>,
): Promise<Result>[] {
  const turns: Promise<Result>[] = [];
  for (const [index, thing] of things.entries()) {
    const before = turns[index - atOnce];
    const start = () => {
      signal.throwIfAborted();
      return work(thing, index);
    };
    const turn = (before ?? Promise.resolve()).then(start, start);
    // A waiting caller is told; there may be none yet.
    turn.catch(() => undefined);
    turns.push(turn);
  }
  return turns;
}

/** A loader that cannot be fetched does not make the import fail: nodes may have theirs from elsewhere. */
function failedOutcome(each: Import, error: unknown): Outcome {
  const isTolerated = each.kind === 'loader' && error instanceof AgentError && !isOfThisMachine(error);
  return { import: each, state: isTolerated ? 'skipped' : 'failed', error };
}

function isOfThisMachine({ code }: AgentError): boolean {
  return code === 'netboot.place-taken' || code === 'netboot.exchange-refused';
}
