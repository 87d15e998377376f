import { basename, dirname } from 'node:path';
import { AgentError } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';

/** The tree of modules of the running kernel, as it is now. */
export interface KernelModulesFacts {
  /** As `uname -r` prints it; undefined in a tree that is not running. */
  readonly release: string | undefined;
  /** `/usr/lib/modules` where /lib is a link to /usr/lib. */
  readonly folder: string;
  readonly tree: ModulesTree;
}

export type ModulesTree =
  | { readonly state: 'missing' }
  /** The agent made it, of the archive with this sha256; `hasRemains` of a run that was cut off while it cleaned up. */
  | { readonly state: 'of-payload'; readonly digest: string; readonly hasRemains: boolean }
  /** `by`: the package, or that there is no package manager to ask. */
  | { readonly state: 'of-package'; readonly by: string }
  /** Nobody says that it is theirs; the date of its last change. */
  | { readonly state: 'of-nobody'; readonly modified: Date }
  | { readonly state: 'no-folder' };

/** In each tree that the agent made: the sha256 of the archive. It comes and goes with the tree. */
export const modulesMark = '.gandi-modules';

const releasePath = '/proc/sys/kernel/osrelease';

/** Looks at the modules of the running kernel. @throws AgentError of a package manager that fails */
export async function observeKernelModules(system: System): Promise<KernelModulesFacts> {
  const { files } = system;
  const release = (await files.read(releasePath))?.trim();
  const folder = (await files.linkTarget('/lib')) === undefined ? '/lib/modules' : '/usr/lib/modules';
  if (release === undefined) return { release, folder, tree: { state: 'missing' } };
  return { release, folder, tree: await observeTree(system, `${folder}/${release}`) };
}

async function observeTree(system: System, path: string): Promise<ModulesTree> {
  const status = await system.files.status(path);
  if (status === undefined) return { state: 'missing' };
  if (status.type !== 'directory') return { state: 'no-folder' };
  const digest = (await system.files.read(`${path}/${modulesMark}`))?.trim();
  if (digest !== undefined) return { state: 'of-payload', digest, hasRemains: await hasRemains(system, path) };
  const by = await findOwner(system, path);
  return by === undefined ? { state: 'of-nobody', modified: status.modified } : { state: 'of-package', by };
}

/** What the installation of a tree makes beside its place and removes at its end. */
async function hasRemains({ files }: System, path: string): Promise<boolean> {
  const names = await files.list(dirname(path));
  return ['new', 'old'].some((end) => names.includes(`.${basename(path)}.gandi-${end}`));
}

/** Each asks which package has a file of this path; 1 is their answer for none. */
const askers: readonly (readonly [tool: string, ...args: string[]])[] = [
  ['dpkg-query', '--search', '--'],
  ['rpm', '--query', '--file', '--'],
  ['pacman', '--query', '--owns', '--quiet', '--'],
];

async function findOwner(system: System, path: string): Promise<string | undefined> {
  for (const [tool, ...args] of askers) {
    const owner = await ask(system, tool, args, path);
    if (owner !== 'no such tool') return owner;
  }
  return 'a package, for all that can be told without a package manager';
}

/** Before /usr was merged packages said /lib, and dpkg knows a file only by the path that its package has. */
async function ask(system: System, tool: string, args: readonly string[], path: string): Promise<string | undefined> {
  const paths = [...new Set([path, path.replace(/^\/usr/, '')])];
  for (const each of paths) {
    try {
      const { exitCode, stdout } = await system.processes.run(tool, [...args, each], { acceptExitCodes: [1] });
      if (exitCode === 0) return `package ${stdout.split(/[:,\n]/)[0] ?? ''}`;
    } catch (error) {
      if (error instanceof AgentError && error.code === 'process.missing') return 'no such tool';
      throw error;
    }
  }
  return undefined;
}
