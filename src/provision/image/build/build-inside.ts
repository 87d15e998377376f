import { join } from 'node:path';
import { AgentError, describeError, ExitCode } from '../../../core/error/agent-error.ts';
import type { Terminal } from '../../../core/command/command.ts';
import { copyEntry, makeFolder } from '../../../core/system/own-tree.ts';
import { silentJournal } from '../../../core/system/journal.ts';
import { openStageChannel } from '../../../core/system/stage-channel.ts';
import { openSystem } from '../../../core/system/system.ts';
import { fstabLines } from '../block-device/fstab.ts';
import type { StageName } from '../cache/state-keys.ts';
import { phases } from '../phases/phase.ts';
import { HookError } from '../phases/run-phase.ts';
import { firstMounts, rootMounts, rootUnmounts } from '../root/name-spaces.ts';
import { lendResolver, returnResolver } from '../root/resolver-file.ts';
import { refuseEmptyRoot, refuseLinkedMountPoints } from '../root/root-folders.ts';
import { tidyRoot } from '../root/tidy-root.ts';
import { writeAmongHooks, writeInTree } from '../root/write-in-tree.ts';
import type { BuildEvent } from './build-event.ts';
import { type Course, openCourse } from './build-course.ts';
import { type BuildPlan, hooksOf, type InsideRequest, treeOf } from './build-plan.ts';
import { type BuildStates, openStates } from './build-states.ts';

/** The build itself, as the first process of its name spaces. When the process that started it is gone, so is this. */
export async function buildInside(terminal: Terminal): Promise<number> {
  const channel = openStageChannel(3);
  const line = await channel.firstLine;
  // Everything in the name spaces ends with their first process.
  channel.closed.then(() => process.exit(ExitCode.stepFailed));
  if (line === undefined) return ExitCode.stepFailed;
  // The other side is this same program.
  const request = JSON.parse(line) as InsideRequest;
  try {
    await build(request, terminal, (event) => channel.say(JSON.stringify(event)));
    return ExitCode.done;
  } catch (error) {
    terminal.err(`error: ${describeError(error)}`);
    if (error instanceof HookError) return error.status;
    return error instanceof AgentError ? error.exitCode : ExitCode.stepFailed;
  }
}

async function build(request: InsideRequest, terminal: Terminal, tell: (event: BuildEvent) => void): Promise<void> {
  const { plan, folders, inMemory } = request;
  const tree = treeOf(folders);
  const hooks = hooksOf(folders);
  const course = openCourse(request, terminal, tell);
  await course.mount(firstMounts(folders.build, { inMemory }));
  await makeFolder(tree);
  await mergeHooks(request, hooks);

  const states = await openStates(request, course, openSystem('/', silentJournal), (line) =>
    terminal.err(`warning: ${line}`),
  );
  if (await states.isImageThere()) {
    terminal.out(`nothing has changed: ${plan.output.target} is there, made of the same elements and variables`);
    tell({ event: 'unchanged', target: plan.output.target });
    return;
  }
  const mounts = openTreeMounts(tree, hooks, course);
  try {
    await runPhases(request, course, states, mounts);
  } catch (error) {
    if (error instanceof HookError) await keepFailed(mounts, states, terminal);
    throw error;
  }
}

async function runPhases(
  { plan, folders }: InsideRequest,
  course: Course,
  states: BuildStates,
  mounts: TreeMounts,
): Promise<void> {
  const tree = treeOf(folders);
  const hooks = hooksOf(folders);
  const reached = await states.restore();
  if (reached === undefined) await course.run(phases.root);
  await refuseEmptyRoot(tree);
  if (reached === undefined) await states.save('root');
  await lendResolver(tree);
  await writeInstallType(hooks, plan.installType);
  await mounts.make();
  const save = async (stage: StageName) => plan.cache && withoutMounts(tree, mounts, () => states.save(stage));
  if (reached === undefined || reached === 'root') {
    await course.run(phases.extraData);
    await course.run(phases.preInstall);
    await save('preInstall');
  }
  if (reached !== 'install') {
    await course.run(phases.install);
    await course.install(plan.packages);
    await save('install');
  }
  await course.run(phases.postInstall);
  await mounts.take();
  await course.run(phases.postRoot);

  await course.runBlockDevice();
  await writeFstab(plan, tree);
  await course.attachDisks();
  await course.run(phases.preFinalise);
  await mounts.make();
  await course.showDevices();
  await course.run(phases.finalise);
  await course.run(phases.cleanup);
  await mounts.take();
  endOthers();
  await returnResolver(tree);
  await tidyRoot(tree);
  await course.output(states.inputs);
  course.showTimes();
}

/** What programs in the tree expect to be mounted there. */
interface TreeMounts {
  make(): Promise<void>;
  /** Does nothing where they are not made. */
  take(): Promise<void>;
}

function openTreeMounts(tree: string, hooks: string, course: Course): TreeMounts {
  let areMade = false;
  return {
    make: async () => {
      await refuseLinkedMountPoints(tree);
      await course.mount(rootMounts(tree, hooks));
      areMade = true;
    },
    take: async () => {
      if (areMade) await course.mount(rootUnmounts(tree));
      areMade = false;
    },
  };
}

/** What is mounted in the tree is no part of it. */
async function keepFailed(mounts: TreeMounts, states: BuildStates, terminal: Terminal): Promise<void> {
  // The hook may have taken them off itself, and its own status is what counts.
  await mounts.take().catch(() => undefined);
  if (await states.saveFailed()) terminal.err('the tree is kept: gandi-provision image enter opens a shell in it');
}

/** Does something with the tree as it will be in the image: nothing mounted, and its own resolver. */
async function withoutMounts(tree: string, mounts: TreeMounts, work: () => Promise<void>): Promise<void> {
  await mounts.take();
  await returnResolver(tree);
  await work();
  await lendResolver(tree);
  await mounts.make();
}

async function mergeHooks({ plan }: InsideRequest, hooks: string): Promise<void> {
  await makeFolder(hooks);
  for (const folder of plan.merged.folders) await makeFolder(join(hooks, folder));
  for (const { path, from } of plan.merged.files) await copyEntry(from, join(hooks, path));
}

async function writeInstallType(hooks: string, type: string): Promise<void> {
  const text = `export DIB_DEFAULT_INSTALLTYPE=\${DIB_DEFAULT_INSTALLTYPE:-${type}}\n`;
  await writeAmongHooks(hooks, 'environment.d/11-dib-install-type.bash', text);
}

async function writeFstab({ blockDevices }: BuildPlan, tree: string): Promise<void> {
  const lines = fstabLines(blockDevices).map((line) => `${line}\n`);
  await writeInTree(tree, '/etc/fstab', lines.join(''));
}

/** Ends daemons that hooks left running, so that nothing writes to the tree any more. */
function endOthers(): void {
  // Only as the first process of a name space does this mean the processes of the build.
  if (process.pid !== 1) return;
  try {
    process.kill(-1, 'SIGKILL');
  } catch {
    // Nothing else is running.
  }
}
