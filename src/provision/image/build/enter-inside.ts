import { join } from 'node:path';
import { describeError, AgentError, ExitCode } from '../../../core/error/agent-error.ts';
import type { Terminal } from '../../../core/command/command.ts';
import { silentJournal } from '../../../core/system/journal.ts';
import { fileText, followedStatus, makeFolder } from '../../../core/system/own-tree.ts';
import { resolveBelow } from '../../../core/system/resolve-below.ts';
import { openStageChannel } from '../../../core/system/stage-channel.ts';
import { startStageChild } from '../../../core/system/stage-child.ts';
import { openSystem } from '../../../core/system/system.ts';
import { openStateStore } from '../cache/state-store.ts';
import { environmentOfPhase } from '../phases/hook-environment.ts';
import { phases } from '../phases/phase.ts';
import { firstMounts, inRoot, rootMounts } from '../root/name-spaces.ts';
import { refuseLinkedMountPoints } from '../root/root-folders.ts';
import { type BuildFolders, hooksOf, treeOf } from './build-plan.ts';
import { failedEnvironment, failedKey } from './build-states.ts';
import { statusOf } from './start-inside.ts';

/** What goes through the pipe to the process in the name spaces. */
export interface EnterRequest {
  readonly folders: BuildFolders;
  /** Of states. */
  readonly states: string;
  /** Empty for a shell. */
  readonly command: readonly string[];
  /** The name of the process that started it. */
  readonly owner: string;
}

/** A shell, or a command, in the tree that the last failed build left; as the first process of its name spaces. */
export async function enterInside(terminal: Terminal): Promise<number> {
  const channel = openStageChannel(3);
  const line = await channel.firstLine;
  channel.closed.then(() => process.exit(ExitCode.stepFailed));
  if (line === undefined) return ExitCode.stepFailed;
  try {
    // The other side is this same program.
    return await enter(JSON.parse(line) as EnterRequest);
  } catch (error) {
    terminal.err(`error: ${describeError(error)}`);
    return error instanceof AgentError ? error.exitCode : ExitCode.stepFailed;
  }
}

async function enter({ folders, states, command, owner }: EnterRequest): Promise<number> {
  const places = { tree: treeOf(folders), hooks: hooksOf(folders) };
  await run(firstMounts(folders.build, { inMemory: false }));
  await makeFolder(places.tree);
  await makeFolder(places.hooks);
  const system = openSystem('/', silentJournal);
  const store = openStateStore({ folder: states, maximalSeconds: null, owner }, system);
  if (!(await store.has(failedKey))) throw noFailedBuild(states);
  await store.restore(failedKey, places);
  // It was written by this same program.
  const common = JSON.parse((await fileText(join(places.hooks, failedEnvironment))) ?? '{}') as Record<string, string>;
  await refuseLinkedMountPoints(places.tree);
  await run(rootMounts(places.tree, places.hooks));
  const program = command.length > 0 ? command : [await shellOf(places.tree)];
  const all = { build: folders.build, image: folders.image, ...places };
  return run(inRoot(places.tree, program), environmentOfPhase(phases.install, common, all));
}

async function run(
  [tool = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string>> = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
): Promise<number> {
  return statusOf(await startStageChild(tool, args, { environment, input: 'own', output: 'own', channels: 0 }).ended);
}

async function shellOf(tree: string): Promise<string> {
  return (await followedStatus(await resolveBelow(tree, '/bin/bash'))) === undefined ? 'sh' : 'bash';
}

function noFailedBuild(states: string): AgentError {
  return new AgentError('no build has failed since the last states were removed', {
    code: 'image.no-failed-build',
    subject: states,
    remedy: 'name the folder of --image-cache that the build had; a build with --no-cache keeps nothing',
  });
}
