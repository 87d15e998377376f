import type { OsRelease } from '../../core/text/os-release.ts';

/** What the agent knows about a family of distributions: data that planners read, never a place for code. */
export interface Distro {
  readonly family: 'debian' | 'redhat' | 'suse' | 'arch' | 'alpine' | 'unknown';
  /** `ID` and `ID_LIKE` of os-release(5) that mean this family. */
  readonly ids: readonly string[];
  /** Groups whose members may become root; the first that the machine has is taken. */
  readonly adminGroups: readonly string[];
}

/**
 * One row per family. To add one: a line here and a folder under test/golden/bootstrap.
 * The admin group is that of each distribution's own sudoers file; `wheel`, `admin`, `users` is the old agent's order.
 */
const distros: readonly Distro[] = [
  { family: 'debian', ids: ['debian', 'ubuntu'], adminGroups: ['sudo', 'admin', 'wheel', 'users'] },
  { family: 'redhat', ids: ['fedora', 'rhel', 'centos'], adminGroups: ['wheel', 'sudo', 'admin', 'users'] },
  { family: 'suse', ids: ['suse', 'opensuse', 'sles'], adminGroups: ['wheel', 'sudo', 'admin', 'users'] },
  { family: 'arch', ids: ['arch'], adminGroups: ['wheel', 'sudo', 'admin', 'users'] },
  { family: 'alpine', ids: ['alpine'], adminGroups: ['wheel', 'sudo', 'admin', 'users'] },
];

const unknown: Distro = { family: 'unknown', ids: [], adminGroups: ['sudo', 'wheel', 'admin', 'users'] };

/** Chooses the row by `ID`, then by each word of `ID_LIKE`, closest first (os-release(5)). */
export function chooseDistro({ id, idLike }: OsRelease): Distro {
  for (const each of [id, ...idLike]) {
    const row = distros.find(({ ids }) => ids.includes(each));
    if (row !== undefined) return row;
  }
  return unknown;
}
