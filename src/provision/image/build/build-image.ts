import { totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { AgentError, ExitCode } from '../../../core/error/agent-error.ts';
import type { StageChild } from '../../../core/system/stage-child.ts';
import { ownProcessName } from '../../../core/system/process-start.ts';
import { clearUnfinishedStates } from '../cache/state-store.ts';
import { neededTools, requireTools } from '../output/needed-tools.ts';
import { clearUnfinished } from '../output/unfinished.ts';
import { awaitSignal, type Signal, statusOfSignal } from './await-signal.ts';
import { type BuildEvent, readBuildEvent } from './build-event.ts';
import type { BuildFolders, BuildPlan, InsideRequest } from './build-plan.ts';
import { requireOpenFolders } from './folders-to-write.ts';
import { insideWord } from './inside-word.ts';
import { clearLeftovers, makeBuildFolders, removeBuildFolders } from './leftovers.ts';
import { refuseWithoutNameSpace, startInside, statusOf } from './start-inside.ts';

export interface BuildHost {
  /** Where temporary folders go. */
  readonly temporary: string;
  readonly working: string;
  readonly isRoot: boolean;
  readonly caller: Readonly<Record<string, string>>;
  /** Gets each line of the build. */
  say(line: string): void;
  /** Gets what the build does, for programs. */
  tell(event: BuildEvent): void;
}

/**
 * Builds an image in name spaces of its own, and takes all folders away that were only for the build.
 * @returns the exit status: that of the hook that failed, 128 and the signal's number where one ended the build
 */
export async function buildImage(plan: BuildPlan, host: BuildHost): Promise<number> {
  if (!host.isRoot && plan.usesLoops) throw loopsNeedRoot();
  if (!host.isRoot) await refuseWithoutNameSpace();
  await requireTools(neededTools(plan.output.types, plan.blockDevices));
  await requireOpenFolders(dirname(plan.output.target), host.temporary);
  const interruption = awaitSignal();
  try {
    await clearAll(plan, host);
    return await buildIn(await makeBuildFolders(host.temporary, host.working), plan, host, interruption.received);
  } finally {
    // Only now: a second signal while the folders are removed must not leave them.
    interruption.stopWaiting();
  }
}

/** Removes what killed builds left where this one works and where it writes. */
async function clearAll(plan: BuildPlan, host: BuildHost): Promise<void> {
  const left = [
    ...(await clearLeftovers(host.temporary)),
    ...(await clearUnfinished(dirname(plan.output.target))),
    ...(plan.cache === undefined ? [] : await clearUnfinishedStates(resolve(host.working, plan.cache.folder))),
  ];
  for (const folder of left) host.say(`removed ${folder}, which a killed build left`);
}

/** @returns the exit status, when nothing of the folders is left */
async function buildIn(
  folders: BuildFolders,
  plan: BuildPlan,
  host: BuildHost,
  interrupted: Promise<Signal>,
): Promise<number> {
  try {
    const child = start(plan, folders, host);
    const silent = Promise.all([sayLines(child, host), tellEvents(child, host)]);
    const end = await Promise.race([child.ended, interrupted]);
    if (typeof end === 'object') {
      await silent;
      return statusOf(end);
    }
    child.channels[0]?.end();
    await child.ended;
    host.say(`stopped by ${end}`);
    return statusOfSignal(end);
  } finally {
    await removeBuildFolders([folders.build, folders.image]);
  }
}

function loopsNeedRoot(): AgentError {
  return new AgentError('loop devices are for root only', {
    code: 'image.loops-need-root',
    subject: '--loop',
    remedy: 'build as root, or without it',
    exitCode: ExitCode.badUsage,
  });
}

function start(plan: BuildPlan, folders: BuildFolders, host: BuildHost): StageChild {
  const { memoryGiB } = plan;
  const inMemory = memoryGiB !== undefined && totalmem() >= 2 * memoryGiB * 1024 ** 3;
  const request: InsideRequest = { plan, folders, inMemory, owner: ownProcessName() };
  return startInside(insideWord, request, { ...host, output: 'stream' });
}

async function sayLines({ outputs }: StageChild, { say }: BuildHost): Promise<void> {
  await Promise.all(
    outputs.map(async (input) => {
      for await (const line of createInterface({ input })) say(line);
    }),
  );
}

async function tellEvents({ channels: [channel] }: StageChild, { tell }: BuildHost): Promise<void> {
  if (channel === undefined) return;
  for await (const line of createInterface({ input: channel })) {
    const event = readBuildEvent(line);
    if (event !== undefined) tell(event);
  }
}
