import { join } from 'node:path';
import type { Terminal } from '../../../core/command/command.ts';
import { AgentError } from '../../../core/error/agent-error.ts';
import { silentJournal } from '../../../core/system/journal.ts';
import { makeFolder } from '../../../core/system/own-tree.ts';
import { startStageChild } from '../../../core/system/stage-child.ts';
import { openSystem } from '../../../core/system/system.ts';
import { imageKib } from '../block-device/image-size.ts';
import { ownHooks } from '../built-in/own-hooks.ts';
import { readUsage, usageWanted } from '../description/image-usage.ts';
import { readSystem, writeDescription } from '../description/write-description.ts';
import { deviceMounts } from '../loop/loop-mounts.ts';
import { type LoopDisks, openLoopDisks } from '../loop/open-loop-disks.ts';
import { makeDisks } from '../output/make-disks.ts';
import { treeKib } from '../output/tree-size.ts';
import { makeOutputs } from '../output/make-outputs.ts';
import { breakPoints } from '../phases/break-points.ts';
import { environmentOfPhase } from '../phases/hook-environment.ts';
import { environmentOnly, type Phase, phases } from '../phases/phase.ts';
import { HookError, type PhaseResult, type PhaseSetting, runPhase } from '../phases/run-phase.ts';
import { inRoot } from '../root/name-spaces.ts';
import type { BuildEvent } from './build-event.ts';
import { hooksOf, type InsideRequest, treeOf } from './build-plan.ts';
import { openTimes } from './time-table.ts';

/** What a build does, step by step, and how long each step took. */
export interface Course {
  run(phase: Phase): Promise<PhaseResult>;
  /** What block-device.d prints may name the device that it made. */
  runBlockDevice(): Promise<void>;
  /** With loop devices: makes the disks of the tree as it is, and mounts them in its place. */
  attachDisks(): Promise<void>;
  /** Shows hooks in the tree the devices of the disks, if there are any. */
  showDevices(): Promise<void>;
  /** Installs packages by the program that the operating system's element brings. */
  install(packages: readonly string[]): Promise<void>;
  mount(program: readonly string[]): Promise<void>;
  /** What hooks get, after the files of environment.d. */
  environment(): Promise<Readonly<Record<string, string>>>;
  /** Does something that is no hook, and notes how long it took. */
  timed<Result>(what: string, work: () => Promise<Result>): Promise<Result>;
  /**
   * Makes the images of the finished tree.
   * @param inputs the name of all that went into them
   */
  output(inputs: string | undefined): Promise<void>;
  showTimes(): void;
}

export function openCourse(
  { plan, folders, owner }: InsideRequest,
  terminal: Terminal,
  tell: (event: BuildEvent) => void,
): Course {
  const times = openTimes((step, seconds) => tell({ event: 'step', step, seconds }));
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
  const points = breakPoints(plan.environment);
  const stop = async (phase: Phase) => {
    terminal.out(`stopped at ${phase.folder}; the build goes on when ${points.program.join(' ')} ends`);
    const isInside = phase.place === 'root' && !points.isOutside;
    const [tool = '', ...args] = isInside ? inRoot(foldersOfHooks.tree, points.program) : points.program;
    const phaseEnvironment = environmentOfPhase(phase, environment, foldersOfHooks);
    await startStageChild(tool, args, { environment: phaseEnvironment, input: 'own', output: 'own', channels: 0 })
      .ended;
  };
  const run = async (phase: Phase, keepLines = false) => {
    tell({ event: 'phase', phase: phase.folder });
    if (points.isAt('before', phase)) await stop(phase);
    const result = await runPhase(phase, setting, keepLines).catch(async (error: unknown) => {
      if (error instanceof HookError && points.isAtError) await stop(phase);
      throw error;
    });
    for (const { phase: folder, hook, seconds } of result.times) times.add(`${folder}/${baseName(hook)}`, seconds);
    if (points.isAt('after', phase)) await stop(phase);
    return result;
  };
  let isDeviceNamed = false;
  let loops: LoopDisks | undefined;
  const outputRequest = async () => {
    const workFolder = join(folders.build, 'output');
    await makeFolder(workFolder);
    return { ...plan.output, owner, tree: foldersOfHooks.tree, workFolder, blockDevices: plan.blockDevices };
  };
  const mount = (program: readonly string[]) => finish(program, environment, (status) => mountFailed(program, status));
  const made = (path: string) => {
    terminal.out(`made ${path}`);
    tell({ event: 'file', path });
  };
  return {
    run,
    runBlockDevice: async () => {
      environment.DIB_IMAGE_SIZE = String(
        imageKib(await treeKib(foldersOfHooks.tree, plan.output.sourceDateEpoch, system), plan.output.size),
      );
      const { lines } = await run(phases.blockDevice, true);
      const device = lines.map((line) => /^IMAGE_BLOCK_DEVICE=(\S*)$/.exec(line)?.[1]).findLast((found) => found);
      isDeviceNamed = device !== undefined;
      environment.IMAGE_BLOCK_DEVICE = device ?? join(folders.image, 'image0.raw');
      environment.IMAGE_BLOCK_DEVICES = ` [image0]=${environment.IMAGE_BLOCK_DEVICE} `;
    },
    attachDisks: async () => {
      if (!plan.usesLoops) return;
      const request = await outputRequest();
      loops = await times.measure('the disks', () => openLoopDisks(request, system));
      if (!isDeviceNamed) Object.assign(environment, deviceVariables(loops.wholes));
    },
    showDevices: async () => {
      if (loops !== undefined) await mount(deviceMounts(foldersOfHooks.tree, loops.devices));
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
    mount,
    timed: times.measure,
    environment: async () => {
      let found: Readonly<Record<string, string>> = {};
      const asks = {
        phase: environmentOnly.folder,
        name: 'environment',
        run: async (context: { readonly environment: Readonly<Record<string, string>> }) => {
          found = context.environment;
        },
      };
      // Its lines are those of every phase.
      await runPhase(environmentOnly, { ...setting, ownHooks: [asks], say: () => undefined }, true);
      return found;
    },
    output: async (inputs) => {
      tell({ event: 'phase', phase: 'output' });
      const request = await outputRequest();
      const usage = usageWanted(plan.environment);
      const usageOfTree = usage === undefined ? [] : await readUsage(foldersOfHooks.tree, usage, system);
      for (const line of usageOfTree) terminal.out(line);
      const { isDescribed, arch, elements } = plan;
      const built = isDescribed ? await readSystem(foldersOfHooks.tree) : undefined;
      const files = await times.measure('the images', () =>
        makeOutputs(request, system, () => loops?.finish() ?? makeDisks(request, system)),
      );
      for (const { path } of files) made(path);
      if (built === undefined) return;
      const seconds = plan.output.sourceDateEpoch ?? Math.floor(Date.now() / 1000);
      const image = { arch, elements: elements.map(({ name }) => name), files, system: built, seconds, inputs };
      for (const path of await writeDescription(plan.output.target, image, system)) made(path);
    },
    showTimes: () => {
      for (const line of times.table()) terminal.out(line);
    },
  };
}

/** What hooks are told of the devices; as in the original, the disk that the image is called by is the first. */
function deviceVariables(wholes: ReadonlyMap<string, string>): Record<string, string> {
  const [first = ''] = wholes.values();
  return {
    IMAGE_BLOCK_DEVICE: wholes.get('image0') ?? first,
    IMAGE_BLOCK_DEVICES: ` ${[...wholes].map(([name, device]) => `[${name}]=${device}`).join(' ')} `,
  };
}

const system = openSystem('/', silentJournal);

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

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
