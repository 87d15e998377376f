import { AgentError } from '../../core/error/agent-error.ts';
import type { BuildDoors } from './build-doors.ts';
import type { BuildOptions } from './build-options.ts';
import type { Distribution } from './distributions.ts';
import { leftOut } from './left-out.ts';
import { runStep } from './step-failed.ts';

/** What a tree has where only its making is asked for. */
const least = ['openssh-server'];

/**
 * Makes the tree. Where it is to be configured too, what a PreOS is made of is installed with it.
 * @throws AgentError `preos.tree-not-empty`, `preos.step-failed`
 */
export async function bootstrap(doors: BuildDoors, distribution: Distribution, options: BuildOptions): Promise<void> {
  const { tree, script, drive } = options;
  // A file system has a folder of its own at its top, and may have others mounted in it.
  if (drive === null && (await doors.files.list(tree)).length > 0) throw notEmpty(tree);
  const [program, args] =
    script === null
      ? (['mmdebstrap', mmdebstrapArguments(distribution, options)] as const)
      : (['debootstrap', debootstrapArguments(options, script)] as const);
  // The kernel of a PreOS needs no initrd: the PreOS is one. HOME is where mmdebstrap and gpg look.
  const environment = { ...doors.proxies, INITRD: 'No', HOME: '/root' };
  const how = { environment, signal: doors.signal };
  await runStep(doors, program, tree, (onLine) => doors.processes.follow(program, args, onLine, how));
}

/** Whether the tree has all packages once it is made. */
export function isCompleteAtOnce({ script, steps }: BuildOptions): boolean {
  return steps.bootstrap && steps.configure && script === null;
}

export function packagesOf({ kernel, packages }: Distribution, { drive }: Pick<BuildOptions, 'drive'>): string[] {
  return [kernel, ...packages, ...(drive === null ? [] : ['grub-pc'])];
}

/** mmdebstrap(1) */
export function mmdebstrapArguments(distribution: Distribution, options: BuildOptions): string[] {
  const mirror = options.mirror ?? distribution.mirror;
  return [
    '--variant=minbase',
    '--mode=root',
    '--format=directory',
    `--architectures=${options.arch}`,
    `--components=${distribution.components}`,
    `--include=${(isCompleteAtOnce(options) ? packagesOf(distribution, options) : least).join(',')}`,
    '--aptopt=Acquire::Languages "none"',
    ...leftOut(options.drive !== null).map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
    ...(distribution.keyring === null ? [] : [`--keyring=${distribution.keyring}`]),
    ...(options.drive === null ? [] : ['--skip=check/empty']),
    options.suite,
    options.tree,
    ...(mirror === null ? [] : [mirror]),
  ];
}

/** debootstrap(8) */
function debootstrapArguments({ arch, suite, tree, mirror }: BuildOptions, script: string): string[] {
  return [`--include=${least.join(',')}`, `--arch=${arch}`, suite, tree, mirror ?? '', script];
}

function notEmpty(tree: string): AgentError {
  return new AgentError('cannot make a tree there: it is not empty', {
    code: 'preos.tree-not-empty',
    subject: tree,
    remedy: 'give an empty folder, or leave --bootstrap out to work on this tree',
  });
}
