import { resolve } from 'node:path';
import type { Option, Options } from '../../core/command/command.ts';

/** Options that several commands have. */
export const jsonOption = { description: 'print JSON, for programs' } as const satisfies Option;

/** For commands that print their result in a line or two. */
export const verboseOption = { short: 'v', description: 'tell every step, bookkeeping too' } as const satisfies Option;

/** For commands that tell of a machine: which may also be one that does not run. */
export const lookRootOption = {
  description: 'look at the tree of a machine that is not running; only files are read, nothing in it is run',
  value: { hint: 'DIR', completion: 'folder' },
  default: '/',
} as const satisfies Option;

/** For commands that would have nothing to tell of a tree. */
export const refuseTree = {
  root: 'only the machine that runs has this to tell; of a tree see `gandi-agent status` and `gandi-agent doctor`',
} as const;

const dryRunOption = { description: 'print what would be done, and change nothing' } as const satisfies Option;

/** For every command that decides before it acts. */
export const planOptions = {
  'dry-run': dryRunOption,
  json: { description: 'print what would be done as JSON, for programs', needs: 'dry-run' },
} as const satisfies Options;

const rootOption = {
  description: 'work on the tree of a machine that is not running',
  value: { hint: 'DIR', completion: 'folder' },
  default: '/',
} as const satisfies Option;

/** What each stage understands that works on a tree too. */
export const stageOptions = { ...planOptions, root: rootOption } as const;

/** The running machine is root's; a tree is whose files it has. */
export function needsRootUnlessTree({ root }: { readonly root: string }): boolean {
  return resolve(root) === '/';
}

export function needsRoot(): boolean {
  return true;
}
