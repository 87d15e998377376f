import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AgentError } from '../../../core/error/agent-error.ts';
import { entriesOf, followedStatus } from '../../../core/system/own-tree.ts';
import { resolveBelow } from '../../../core/system/resolve-below.ts';
import { type StageChild, type StageEnd, startStageChild } from '../../../core/system/stage-child.ts';
import { inRoot } from '../root/name-spaces.ts';
import { environmentOfPhase, type FoldersOfHooks } from './hook-environment.ts';
import { type Candidate, orderEnvironment, orderHooks } from './hook-order.ts';
import { readMessages } from './messages.ts';
import type { Phase, PhaseFolder } from './phase.ts';
import { runParts } from './run-parts.ts';

/** A hook that the builder does itself, on the host, in its turn among the scripts of the phase. */
export interface OwnHook {
  readonly phase: PhaseFolder;
  readonly name: string;
  /** @throws AgentError */
  run(context: OwnHookContext): Promise<void>;
}

export interface OwnHookContext {
  /** With what the files of environment.d say. */
  readonly environment: Readonly<Record<string, string>>;
  readonly folders: FoldersOfHooks;
  say(line: string): void;
}

export interface PhaseSetting {
  readonly folders: FoldersOfHooks;
  readonly workingFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly ownHooks: readonly OwnHook[];
  say(line: string): void;
  warn(line: string): void;
}

/** How long one hook took. */
export interface HookTime {
  readonly phase: PhaseFolder;
  readonly hook: string;
  readonly seconds: number;
}

export interface PhaseResult {
  readonly times: readonly HookTime[];
  /** Lines of standard output, where they were asked for. */
  readonly lines: readonly string[];
}

const hooksInRoot = '/tmp/in_target.d';

/**
 * Runs the hooks of one phase; a phase without a folder of hooks is left out.
 * @param keepLines whether standard output is kept too
 * @throws HookError, and what an own hook throws
 */
export async function runPhase(phase: Phase, setting: PhaseSetting, keepLines = false): Promise<PhaseResult> {
  const { folders, say } = setting;
  const own = setting.ownHooks.filter((hook) => hook.phase === phase.folder);
  const found = phase.isWithoutScripts ? [] : await candidates(join(folders.hooks, phase.folder), phase, folders);
  if (found.length === 0 && own.length === 0) return { times: [], lines: [] };
  const { runs, skipped } = orderHooks([...found, ...own.map(asCandidate)], patternOf(setting.environment));
  for (const name of skipped) setting.warn(`${phase.folder}/${name}: skipped, as its name is not one of a hook`);
  const files = orderEnvironment(await candidates(join(folders.hooks, 'environment.d'), phase, folders));
  const seen = phase.place === 'root' ? hooksInRoot : folders.hooks;
  const ownNames = new Set(own.map(({ name }) => name));
  const child = start(phase, setting, keepLines, [
    String(files.length),
    ...files.map((name) => `${seen}/environment.d/${name}`),
    ...runs.flatMap((name) => (ownNames.has(name) ? ['own', name] : ['script', `${seen}/${phase.folder}/${name}`])),
  ]);
  const lines: string[] = [];
  const [output] = child.outputs;
  if (output !== undefined) {
    createInterface({ input: output }).on('line', (line) => {
      lines.push(line);
      say(line);
    });
  }
  return { times: await follow(phase, setting, child, own), lines };
}

/** What the messages of a phase said so far. */
interface Course {
  readonly times: HookTime[];
  failure: AgentError | undefined;
}

async function follow(
  phase: Phase,
  setting: PhaseSetting,
  child: StageChild,
  own: readonly OwnHook[],
): Promise<HookTime[]> {
  const course: Course = { times: [], failure: undefined };
  const [messages, answers] = child.channels;
  let began = performance.now();
  for await (const [what, subject = '', ...rest] of readMessages(messages ?? never())) {
    const status = Number(rest[0]);
    if (what === 'start') began = performance.now();
    else if (what === 'own') {
      const error = await runOwn(own, subject, rest, setting);
      course.failure = error;
      answers?.write(error === undefined ? '0\n' : '1\n');
    } else if (what === 'environment-failed') course.failure = environmentFailed(subject, status);
    else if (what === 'end') {
      course.times.push({ phase: phase.folder, hook: subject, seconds: (performance.now() - began) / 1000 });
      if (status !== 0) course.failure ??= new HookError(`${phase.folder}/${nameOf(subject)}`, status);
    }
  }
  const end = await child.ended;
  if (course.failure !== undefined) throw course.failure;
  if (end.exitCode !== 0) throw phaseFailed(phase, end);
  return course.times;
}

async function runOwn(
  own: readonly OwnHook[],
  name: string,
  variables: readonly string[],
  setting: PhaseSetting,
): Promise<AgentError | undefined> {
  try {
    await own
      .find((hook) => hook.name === name)
      ?.run({ environment: environmentFrom(variables), folders: setting.folders, say: setting.say });
    return undefined;
  } catch (error) {
    if (error instanceof AgentError) return error;
    throw error;
  }
}

function environmentFrom(variables: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    variables.map((line) => {
      const equals = line.indexOf('=');
      return [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );
}

function start(phase: Phase, setting: PhaseSetting, keepLines: boolean, args: readonly string[]): StageChild {
  const { folders, workingFolder, environment } = setting;
  const program = ['bash', '-c', runParts, 'dib-run-parts', ...args];
  const [tool = '', ...words] = phase.place === 'root' ? inRoot(folders.tree, program) : program;
  return startStageChild(tool, words, {
    environment: environmentOfPhase(phase, environment, folders),
    workingFolder,
    input: 'nothing',
    output: keepLines ? 'stream-without-errors' : 'own',
    channels: 2,
  });
}

/** Inside the tree an absolute link starts at the tree. */
async function candidates(folder: string, phase: Phase, folders: FoldersOfHooks): Promise<Candidate[]> {
  const entries = await entriesOf(folder);
  return Promise.all(
    entries.map(async ({ name, type }) => {
      const own = join(folder, name);
      const isGuestLink = type === 'link' && phase.place === 'root';
      const path = isGuestLink ? await inTree(own, folders) : own;
      const status = await followedStatus(path);
      return { name, isFile: status?.type === 'file', isExecutable: ((status?.mode ?? 0) & 0o111) !== 0 };
    }),
  );
}

/** Where a hook leads that is a link, as it is seen inside the tree, where the hooks are mounted. */
async function inTree(hook: string, { hooks, tree }: FoldersOfHooks): Promise<string> {
  return resolveBelow(tree, hook.replace(hooks, hooksInRoot));
}

function asCandidate({ name }: OwnHook): Candidate {
  return { name, isFile: true, isExecutable: true };
}

function patternOf({ RUN_PARTS_REGEX: pattern = '' }: Readonly<Record<string, string>>): RegExp | undefined {
  return pattern === '' ? undefined : new RegExp(pattern);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A hook ended with a status other than 0, which becomes that of the build. */
export class HookError extends AgentError {
  override readonly name = 'HookError';
  readonly status: number;

  constructor(hook: string, status: number) {
    super(`it ended with status ${status}`, {
      code: 'image.hook-failed',
      subject: hook,
      remedy: 'see its last lines above',
    });
    this.status = status;
  }
}

function environmentFailed(path: string, status: number): AgentError {
  if (status !== 0) return new HookError(`environment.d/${nameOf(path)}`, status);
  return new AgentError('it ends the shell that reads it, so no hook of the phase would run', {
    code: 'image.environment-exits',
    subject: `environment.d/${nameOf(path)}`,
    remedy: 'use return in place of exit',
  });
}

function phaseFailed(phase: Phase, { exitCode, signal, cause }: StageEnd): AgentError {
  if (exitCode !== undefined) return new HookError(phase.folder, exitCode);
  return new AgentError(signal === undefined ? 'its hooks cannot be started' : `its hooks were ended by ${signal}`, {
    code: 'image.phase-failed',
    subject: phase.folder,
    remedy: 'see the last lines above',
    ...(cause === undefined ? {} : { cause }),
  });
}

function never(): never {
  throw new TypeError('a phase was started without its channels');
}
