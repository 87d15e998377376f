import type { Phase } from './phase.ts';

export interface FoldersOfHooks {
  readonly build: string;
  readonly image: string;
  readonly hooks: string;
  readonly tree: string;
}

const pathInRoot = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What of the caller's environment means nothing inside the tree. */
const hostOnly = ['TMPDIR', 'VIRTUAL_ENV'];

/** The environment with which a phase begins, before its files of environment.d are read. */
export function environmentOfPhase(
  phase: Phase,
  common: Readonly<Record<string, string>>,
  folders: FoldersOfHooks,
): Record<string, string> {
  const all = {
    ...common,
    TMP_BUILD_DIR: folders.build,
    TMP_IMAGE_DIR: folders.image,
    TMP_HOOKS_PATH: folders.hooks,
    TMP_MOUNT_PATH: folders.tree,
    ...(phase.knowsTargetRoot ? { TARGET_ROOT: folders.tree } : {}),
  };
  if (phase.place === 'host') return all;
  const kept = Object.entries(all).filter(([name]) => !hostOnly.includes(name));
  return { ...Object.fromEntries(kept), PATH: pathInRoot, HOME: '/root' };
}
