import { dirname, resolve } from 'node:path';
import { describeError } from '../../../core/error/agent-error.ts';
import type { System } from '../../../core/system/system.ts';
import { version } from '../../../core/version.ts';
import { inputFiles, madeAmongHooks, namedFiles } from '../cache/input-files.ts';
import { type BuildInputs, relevant, type StageKeys, type StageName, stageKeys } from '../cache/state-keys.ts';
import { openStateStore, type StatePlaces } from '../cache/state-store.ts';
import { isStillThere } from '../description/still-there.ts';
import { descriptionPath } from '../description/write-description.ts';
import { writeAmongHooks } from '../root/write-in-tree.ts';
import type { Course } from './build-course.ts';
import { hooksOf, type InsideRequest, treeOf } from './build-plan.ts';

/** What earlier builds of the same inputs left. */
export interface BuildStates {
  /** The name of all that goes into the image; undefined where nothing is kept. */
  readonly inputs: string | undefined;
  /** Whether the image is there, made of the same inputs. */
  isImageThere(): Promise<boolean>;
  /** Fills the tree with the latest state that fits. @returns after which phases it is */
  restore(): Promise<StageName | undefined>;
  /** Keeps the tree as it is, with nothing mounted in it. */
  save(stage: StageName): Promise<void>;
  /** Keeps the tree of a build that failed, for a shell in it. @returns whether it is kept */
  saveFailed(): Promise<boolean>;
}

const none: BuildStates = {
  inputs: undefined,
  isImageThere: async () => false,
  restore: async () => undefined,
  save: async () => undefined,
  saveFailed: async () => false,
};

/** In the order in which they are looked for. */
const latestFirst: readonly StageName[] = ['install', 'preInstall', 'root'];

const folders: Readonly<Record<StageName, string>> = {
  install: 'install.d',
  preInstall: 'pre-install.d',
  root: 'root.d',
};

/** @param warn gets what keeps a state from being kept: the image is made all the same */
export async function openStates(
  request: InsideRequest,
  course: Course,
  system: System,
  warn: (line: string) => void,
): Promise<BuildStates> {
  const { plan } = request;
  if (plan.cache === undefined) return none;
  const folder = resolve(request.folders.working, plan.cache.folder);
  const store = openStateStore({ ...plan.cache, folder, owner: request.owner }, system);
  const places: StatePlaces = { tree: treeOf(request.folders), hooks: hooksOf(request.folders) };
  const inputs = await inputsOf(request, course);
  const keys: StageKeys = stageKeys(inputs);
  const { target } = plan.output;
  return {
    inputs: keys.image,
    isImageThere: () =>
      isStillThere(descriptionPath(target), dirname(target), keys.image, plan.cache?.maximalSeconds ?? null, system),
    restore: async () => {
      for (const stage of latestFirst) {
        if (!(await store.has(keys[stage]))) continue;
        await course.timed(`the state after ${folders[stage]}, of an earlier build`, () =>
          store.restore(keys[stage], places),
        );
        return stage;
      }
      return undefined;
    },
    saveFailed: async () => {
      const text = JSON.stringify(plan.environment);
      await writeAmongHooks(places.hooks, failedEnvironment, text, 0o600);
      return store.save(failedKey, places, await madeAmongHooks(places.hooks, [])).then(
        () => true,
        () => false,
      );
    },
    save: async (stage) => {
      const made = stage === 'root' ? [] : await madeAmongHooks(places.hooks, inputs.files);
      const save = () => store.save(keys[stage], places, made);
      await course.timed(`keeping the state after ${folders[stage]}`, save).catch((error: unknown) => {
        warn(`the state after ${folders[stage]} is not kept in ${folder}: ${describeError(error)}`);
      });
    },
  };
}

/** The name of the state that a failed build left. */
export const failedKey = 'failed';

/** Where among the hooks the environment of a failed build is. */
export const failedEnvironment = 'gandi-environment.json';

async function inputsOf({ plan }: InsideRequest, course: Course): Promise<BuildInputs> {
  const environment = await course.environment();
  const { seed: _, ...output } = plan.output;
  return {
    builder: version,
    arch: plan.arch,
    installType: plan.installType,
    packages: plan.packages,
    environment,
    // Not those of the others: the log of this build changes while it runs.
    namedFiles: await namedFiles(relevant(environment)),
    files: await inputFiles(plan.merged),
    outcome: JSON.stringify([output, plan.blockDevices, plan.usesLoops]),
  };
}
