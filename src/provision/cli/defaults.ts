/** How many commands run at once, for all machines. */
export const defaultJobs = 16;

/** Seconds that a command may take. */
export const defaultTimeLimit = 3600;

export const defaultPort = 3000;

/**
 * Where a server keeps its queue and its logs: root's in /var/lib, others' where the XDG Base Directory Specification has
 * such things.
 */
export function stateFolderOf(
  isOrdinaryUser: boolean,
  home: string,
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
): string {
  if (!isOrdinaryUser) return `/var/lib/gandi-provision/${name}`;
  const { XDG_STATE_HOME: state = '' } = environment;
  return `${state.startsWith('/') ? state : `${home}/.local/state`}/gandi-provision/${name}`;
}
