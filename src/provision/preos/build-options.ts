import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { Secret } from '../../core/secret/secret.ts';
import { ArgumentError, type ParsedArguments } from './argument-table.ts';
import type { BuildOptionName } from './build-arguments.ts';
import type { Distribution } from './distributions.ts';

/** What a PreOS is made of, from the command line only: no variable of the environment says anything of it. */
export interface BuildOptions {
  /** Absolute. */
  readonly tree: string;
  readonly arch: string;
  readonly suite: string;
  readonly mirror: string | null;
  /** debootstrap's own, which then makes the tree. */
  readonly script: string | null;
  readonly keyFiles: readonly string[];
  readonly triggerCommand: string | null;
  readonly manifest: string | null;
  readonly rootPassword: Secret | null;
  readonly pxeFolder: string | null;
  readonly drive: Drive | null;
  readonly consoles: readonly string[];
  readonly steps: Steps;
  readonly isVerbose: boolean;
  readonly isQuiet: boolean;
}

/** Made to start the tree by itself. */
export interface Drive {
  /** Absolute. */
  readonly path: string;
  /** Only those that were asked for: the menu of a drive speaks on the screen otherwise. */
  readonly consoles: readonly string[];
}

export interface Steps {
  readonly bootstrap: boolean;
  readonly configure: boolean;
  readonly pack: boolean;
  readonly drive: boolean;
  readonly remove: boolean;
}

/**
 * @param workingFolder what relative paths start from
 * @param usual what is done where no step is asked for; null to refuse that
 * @throws ArgumentError; AgentError `preos.nothing-to-do`, `preos.needs-mirror`, `preos.drive-removed`
 */
export function buildOptionsOf(
  { values, operands }: ParsedArguments<BuildOptionName>,
  distribution: Distribution,
  workingFolder: string,
  usual: Steps | null,
): BuildOptions {
  const [target, ...more] = operands;
  if (target === undefined) throw new ArgumentError('the following arguments are required: target_dir');
  if (more.length > 0) throw new ArgumentError(`unrecognized arguments: ${more.join(' ')}`);
  const last = (name: BuildOptionName) => values.get(name)?.at(-1) ?? null;
  const path = (text: string) => resolvePath(workingFolder, text);
  const optionalPath = (name: BuildOptionName) => (last(name) === null ? null : path(last(name) ?? ''));
  if (values.has('script') && !values.has('mirror')) throw needsMirror();
  const drive = optionalPath('drive');
  if (drive !== null && values.has('remove')) throw driveRemoved(drive);
  const password = last('rootPassword');
  return {
    tree: path(target),
    arch: last('arch') ?? 'amd64',
    suite: last('suite') ?? distribution.suite,
    mirror: last('mirror'),
    script: optionalPath('script'),
    keyFiles: (values.get('keyFile') ?? []).map(path),
    triggerCommand: last('trigger'),
    manifest: optionalPath('manifest'),
    rootPassword: password === null ? null : new Secret(password),
    pxeFolder: optionalPath('pxeFolder'),
    drive: drive === null ? null : { path: drive, consoles: values.get('console') ?? [] },
    consoles: values.get('console') ?? ['ttyS1,115200'],
    steps: stepsOf(values, usual, path(target)),
    isVerbose: values.has('verbose'),
    isQuiet: values.has('quiet'),
  };
}

function stepsOf(values: ReadonlyMap<BuildOptionName, unknown>, usual: Steps | null, tree: string): Steps {
  const steps = {
    bootstrap: values.has('bootstrap'),
    configure: values.has('configure'),
    pack: values.has('pxeFolder'),
    drive: values.has('drive'),
    remove: values.has('remove'),
  };
  if (Object.values(steps).some((isAsked) => isAsked)) return steps;
  if (usual !== null) return usual;
  throw new AgentError('nothing was asked for', {
    code: 'preos.nothing-to-do',
    subject: tree,
    remedy: 'give at least one of -B (bootstrap), -C (configure), -p (PXE folder), -D (drive) and -r (remove)',
    exitCode: ExitCode.badUsage,
  });
}

function resolvePath(workingFolder: string, path: string): string {
  const parts = (path.startsWith('/') ? path : `${workingFolder}/${path}`).split('/');
  const kept: string[] = [];
  for (const part of parts) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  return `/${kept.join('/')}`;
}

function needsMirror(): AgentError {
  return new AgentError('script option cannot be used without mirror option', {
    code: 'preos.needs-mirror',
    subject: '--script',
    remedy: 'give --mirror too',
  });
}

function driveRemoved(drive: string): AgentError {
  return new AgentError('the tree is what the drive is to start: it cannot be removed', {
    code: 'preos.drive-removed',
    subject: drive,
    remedy: 'leave -r out',
    exitCode: ExitCode.badUsage,
  });
}
