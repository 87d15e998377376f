import { isSea } from 'node:sea';
import { totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { AgentError } from '../../../core/error/agent-error.ts';
import { startStageChild, type StageChild, type StageEnd } from '../../../core/system/stage-child.ts';
import { silentJournal } from '../../../core/system/journal.ts';
import { openSystem } from '../../../core/system/system.ts';
import { ownProcessName } from '../../../core/system/process-start.ts';
import { clearUnfinishedStates } from '../cache/state-store.ts';
import { clearUnfinished } from '../output/unfinished.ts';
import { inNameSpaces, tryNameSpace } from '../root/name-spaces.ts';
import type { BuildFolders, BuildPlan, InsideRequest } from './build-plan.ts';
import { insideWord } from './inside-word.ts';
import { clearLeftovers, makeBuildFolders, removeBuildFolders } from './leftovers.ts';

export interface BuildHost {
  /** Where temporary folders go. */
  readonly temporary: string;
  readonly working: string;
  readonly isRoot: boolean;
  readonly caller: Readonly<Record<string, string>>;
  /** Gets each line of the build. */
  say(line: string): void;
}

/**
 * Builds an image in name spaces of its own, and takes all folders away that were only for the build.
 * @returns the exit status: that of the hook that failed, 128 and the signal's number where one ended the build
 */
export async function buildImage(plan: BuildPlan, host: BuildHost): Promise<number> {
  if (!host.isRoot) await refuseWithoutNameSpace();
  const left = [
    ...(await clearLeftovers(host.temporary)),
    ...(await clearUnfinished(dirname(plan.output.target))),
    ...(plan.cache === undefined ? [] : await clearUnfinishedStates(resolve(host.working, plan.cache.folder))),
  ];
  for (const folder of left) host.say(`removed ${folder}, which a killed build left`);
  const folders = await makeBuildFolders(host.temporary, host.working);
  const interruption = awaitSignal();
  try {
    const child = start(plan, folders, host);
    const silent = sayLines(child, host);
    const end = await Promise.race([child.ended, interruption.received]);
    if (typeof end === 'object') {
      await silent;
      return statusOf(end);
    }
    child.channels[0]?.end();
    await child.ended;
    host.say(`stopped by ${end}`);
    return 128 + signals[end];
  } finally {
    interruption.stopWaiting();
    await removeBuildFolders([folders.build, folders.image]);
  }
}

/** @throws AgentError `image.no-user-name-space` */
async function refuseWithoutNameSpace(): Promise<void> {
  const [tool = '', ...args] = tryNameSpace;
  try {
    await openSystem('/', silentJournal).processes.run(tool, args);
  } catch (cause) {
    throw new AgentError('the build needs root, or a user name space of several users, which this user cannot have', {
      code: 'image.no-user-name-space',
      subject: 'unshare --map-auto',
      remedy:
        'install the package uidmap, and give the user ranges: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER',
      cause: cause instanceof AgentError ? cause.cause : cause,
    });
  }
}

const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
type Signal = keyof typeof signals;

function start(plan: BuildPlan, folders: BuildFolders, host: BuildHost): StageChild {
  const { memoryGiB } = plan;
  const inMemory = memoryGiB !== undefined && totalmem() >= 2 * memoryGiB * 1024 ** 3;
  const [tool = '', ...args] = inNameSpaces([...ownProgram(), insideWord], host);
  const child = startStageChild(tool, args, {
    environment: host.caller,
    workingFolder: host.working,
    input: 'own',
    output: 'stream',
    channels: 1,
  });
  const request: InsideRequest = { plan, folders, inMemory, owner: ownProcessName() };
  // It stays open: its end tells the other side that this process is gone.
  child.channels[0]?.write(`${JSON.stringify(request)}\n`);
  return child;
}

/** How this program is started once more; from its sources it is a script that Node runs. */
function ownProgram(): string[] {
  const [, script = ''] = process.argv;
  return isSea() ? [process.execPath] : [process.execPath, ...process.execArgv, script];
}

async function sayLines({ outputs }: StageChild, { say }: BuildHost): Promise<void> {
  await Promise.all(
    outputs.map(async (input) => {
      for await (const line of createInterface({ input })) say(line);
    }),
  );
}

function awaitSignal(): { readonly received: Promise<Signal>; stopWaiting(): void } {
  const { promise: received, resolve } = Promise.withResolvers<Signal>();
  const names = Object.keys(signals) as Signal[];
  const listeners = names.map((name) => ({ name, listener: () => resolve(name) }));
  for (const { name, listener } of listeners) process.on(name, listener);
  return {
    received,
    stopWaiting: () => {
      for (const { name, listener } of listeners) process.off(name, listener);
    },
  };
}

function statusOf({ exitCode, signal, cause }: StageEnd): number {
  if (exitCode !== undefined) return exitCode;
  if (cause === undefined) return signal === 'SIGKILL' ? 137 : 1;
  throw new AgentError('the name spaces for the build cannot be made', {
    code: 'image.no-name-spaces',
    subject: 'unshare',
    remedy: 'install the package util-linux',
    cause,
  });
}
