import { join } from 'node:path';
import { AgentError, describeError, ExitCode } from '../../../core/error/agent-error.ts';
import type { Terminal } from '../../../core/command/command.ts';
import { silentJournal } from '../../../core/system/journal.ts';
import { openSystem } from '../../../core/system/system.ts';
import { imageKib } from '../block-device/image-size.ts';
import { makeOutputs } from '../output/make-outputs.ts';
import { readSystem, writeDescription } from '../description/write-description.ts';
import { fstabLines } from '../block-device/fstab.ts';
import { copyEntry, makeFolder, writeText } from '../../../core/system/own-tree.ts';
import { resolveBelow } from '../../../core/system/resolve-below.ts';
import { startStageChild } from '../../../core/system/stage-child.ts';
import { openStageChannel } from '../../../core/system/stage-channel.ts';
import { ownHooks } from '../built-in/own-hooks.ts';
import { environmentOfPhase } from '../phases/hook-environment.ts';
import { phases } from '../phases/phase.ts';
import { HookError, type HookTime, type PhaseResult, type PhaseSetting, runPhase } from '../phases/run-phase.ts';
import type { Phase } from '../phases/phase.ts';
import { firstMounts, inRoot, rootMounts, rootUnmounts } from '../root/name-spaces.ts';
import { lendResolver, returnResolver } from '../root/resolver-file.ts';
import { refuseEmptyRoot, refuseLinkedMountPoints } from '../root/root-folders.ts';
import { tidyRoot } from '../root/tidy-root.ts';
import { hooksOf, type InsideRequest, treeOf } from './build-plan.ts';

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
    await build(request, terminal);
    return ExitCode.done;
  } catch (error) {
    terminal.err(`error: ${describeError(error)}`);
    if (error instanceof HookError) return error.status;
    return error instanceof AgentError ? error.exitCode : ExitCode.stepFailed;
  }
}

async function build(request: InsideRequest, terminal: Terminal): Promise<void> {
  const { plan, folders, inMemory } = request;
  const tree = treeOf(folders);
  const hooks = hooksOf(folders);
  const course = openCourse(request, terminal);
  await course.mount(firstMounts(folders.build, { inMemory }));
  await makeFolder(tree);
  await mergeHooks(request, hooks);

  await course.run(phases.root);
  await refuseEmptyRoot(tree);
  await refuseLinkedMountPoints(tree);
  await lendResolver(tree);
  await writeInstallType(hooks, plan.installType);
  await course.mount(rootMounts(tree, hooks));
  await course.run(phases.extraData);
  await course.run(phases.preInstall);
  await course.run(phases.install);
  await course.install(plan.packages);
  await course.run(phases.postInstall);
  await course.mount(rootUnmounts(tree));
  await course.run(phases.postRoot);

  await course.runBlockDevice();
  await writeFstab(request, tree);
  await course.run(phases.preFinalise);
  await refuseLinkedMountPoints(tree);
  await course.mount(rootMounts(tree, hooks));
  await course.run(phases.finalise);
  await course.run(phases.cleanup);
  await course.mount(rootUnmounts(tree));
  endOthers();
  await returnResolver(tree);
  await tidyRoot(tree);
  await course.output();
  course.showTimes();
}

interface Course {
  run(phase: Phase): Promise<PhaseResult>;
  /** What block-device.d prints may name the device that it made. */
  runBlockDevice(): Promise<void>;
  /** Installs packages by the program that the operating system's element brings. */
  install(packages: readonly string[]): Promise<void>;
  mount(program: readonly string[]): Promise<void>;
  /** Makes the images of the finished tree. */
  output(): Promise<void>;
  showTimes(): void;
}

function openCourse({ plan, folders }: InsideRequest, terminal: Terminal): Course {
  const times: HookTime[] = [];
  const environment: Record<string, string> = { ...plan.environment };
  const foldersOfHooks = { build: folders.build, image: folders.image, hooks: hooksOf(folders), tree: treeOf(folders) };
  const setting: PhaseSetting = {
    folders: foldersOfHooks,
    workingFolder: folders.working,
    environment,
    ownHooks: ownHooks(plan.elements),
    say: (line) => terminal.out(line),
    warn: (line) => terminal.err(`warning: ${line}`),
  };
  const run = async (phase: Phase, keepLines = false) => {
    const result = await runPhase(phase, setting, keepLines);
    times.push(...result.times);
    return result;
  };
  return {
    run,
    runBlockDevice: async () => {
      environment.DIB_IMAGE_SIZE = String(imageKib(await kibOf(foldersOfHooks.tree), plan.output.size));
      const { lines } = await run(phases.blockDevice, true);
      const device = lines.map((line) => /^IMAGE_BLOCK_DEVICE=(\S*)$/.exec(line)?.[1]).findLast((found) => found);
      environment.IMAGE_BLOCK_DEVICE = device ?? join(folders.image, 'image0.raw');
      environment.IMAGE_BLOCK_DEVICES = ` [image0]=${environment.IMAGE_BLOCK_DEVICE} `;
    },
    install: async (packages) => {
      if (packages.length === 0) return;
      terminal.out(`Running install-packages install. Package list: ${packages.join(' ')}`);
      await finish(
        inRoot(foldersOfHooks.tree, ['install-packages', ...packages]),
        environmentOfPhase(phases.install, environment, foldersOfHooks),
        (status) => new HookError('install-packages', status),
      );
    },
    mount: (program) => finish(program, environment, (status) => mountFailed(program, status)),
    output: async () => {
      const workFolder = join(folders.build, 'output');
      await makeFolder(workFolder);
      const request = { ...plan.output, tree: foldersOfHooks.tree, workFolder, blockDevices: plan.blockDevices };
      const { isDescribed, arch, elements } = plan;
      const built = isDescribed ? await readSystem(foldersOfHooks.tree) : undefined;
      const files = await makeOutputs(request, system);
      for (const { path } of files) terminal.out(`made ${path}`);
      if (built === undefined) return;
      const seconds = plan.output.sourceDateEpoch ?? Math.floor(Date.now() / 1000);
      const image = { arch, elements: elements.map(({ name }) => name), files, system: built, seconds };
      for (const path of await writeDescription(plan.output.target, image, system)) terminal.out(`made ${path}`);
    },
    showTimes: () => {
      for (const line of timeTable(times)) terminal.out(line);
    },
  };
}

const system = openSystem('/', silentJournal);

/** What a tree takes on its file system. */
async function kibOf(tree: string): Promise<number> {
  const { stdout } = await system.processes.run('du', ['-skx', tree], { timeoutSeconds: null });
  return Number.parseInt(stdout, 10);
}

async function finish(
  [tool = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
  errorOf: (status: number) => AgentError,
): Promise<void> {
  const { exitCode, signal, cause } = await startStageChild(tool, args, {
    environment,
    input: 'nothing',
    output: 'own',
    channels: 0,
  }).ended;
  if (cause !== undefined) throw cause;
  if (exitCode !== 0) throw errorOf(exitCode ?? (signal === 'SIGKILL' ? 137 : 1));
}

function mountFailed([tool = '', ...args]: readonly string[], status: number): AgentError {
  return new AgentError(`the mounts of the build cannot be made (status ${status})`, {
    code: 'image.mounts-failed',
    subject: args.at(-1) ?? tool,
    remedy: 'see the message of mount above',
  });
}

async function mergeHooks({ plan }: InsideRequest, hooks: string): Promise<void> {
  await makeFolder(hooks);
  for (const folder of plan.merged.folders) await makeFolder(join(hooks, folder));
  for (const { path, from } of plan.merged.files) await copyEntry(from, join(hooks, path));
}

async function writeInstallType(hooks: string, type: string): Promise<void> {
  const text = `export DIB_DEFAULT_INSTALLTYPE=\${DIB_DEFAULT_INSTALLTYPE:-${type}}\n`;
  await makeFolder(join(hooks, 'environment.d'));
  await writeText(join(hooks, 'environment.d/11-dib-install-type.bash'), text);
}

async function writeFstab({ plan }: InsideRequest, tree: string): Promise<void> {
  const etc = await resolveBelow(tree, '/etc');
  await makeFolder(etc);
  await writeText(
    join(etc, 'fstab'),
    fstabLines(plan.blockDevices)
      .map((line) => `${line}\n`)
      .join(''),
  );
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

function timeTable(times: readonly HookTime[]): string[] {
  if (times.length === 0) return [];
  const rows = times.map(({ phase, hook, seconds }) => {
    const name = hook.slice(hook.lastIndexOf('/') + 1);
    return `${seconds.toFixed(3).padStart(9)} s  ${phase}/${name}`;
  });
  return ['time of the hooks:', ...rows];
}
