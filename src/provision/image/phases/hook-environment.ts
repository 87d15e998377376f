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

/**
 * bash(1): a function that is exported. Hooks on the host call sudo, as the original runs them without the rights that they need.
 * Here they have those, root or not: in the name spaces of a user, sudo(8) itself would refuse.
 */
const sudo = `() {
  local user=
  while [ $# -gt 0 ]; do
    case $1 in
      -u | --user) user=$2; shift 2 ;;
      --) shift; break ;;
      -*) shift ;;
      *) break ;;
    esac
  done
  [ $# -gt 0 ] || return 0
  if [ -n "$user" ]; then runuser -u "$user" -- env "$@"; else env "$@"; fi
}`;

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
  if (phase.place === 'host') return { ...all, 'BASH_FUNC_sudo%%': sudo };
  const kept = Object.entries(all).filter(([name]) => !hostOnly.includes(name));
  return { ...Object.fromEntries(kept), PATH: pathInRoot, HOME: '/root' };
}
