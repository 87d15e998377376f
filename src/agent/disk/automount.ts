import type { System } from '../../core/system/system.ts';

export const masterMapPath = '/etc/auto.master.d/gandi.autofs';
export const programMapPath = '/etc/auto.gandi';
/** One file for each disk that autofs may mount, with the name of its folder; read by the program map. */
export const offersFolder = '/run/gandi/autofs';

const daemonPath = '/usr/sbin/automount';

/** Whose map of automount(8) has a folder. */
export interface AutomountFacts {
  readonly isInstalled: boolean;
  readonly isOurs: boolean;
  /** The file in which an admin gives the folder to another map. */
  readonly otherMap: string | undefined;
}

/**
 * Reads the master maps, auto.master(5), and not the table of mounts: at boot disks come before autofs has started.
 * @param folder the disk root
 */
export async function observeAutomount(system: System, folder: string): Promise<AutomountFacts> {
  const none = { isInstalled: false, isOurs: false, otherMap: undefined };
  if ((await system.files.status(daemonPath)) === undefined) return none;
  const names = (await system.files.list('/etc/auto.master.d')).filter((name) => name.endsWith('.autofs'));
  const others = ['/etc/auto.master', ...names.map((name) => `/etc/auto.master.d/${name}`)];
  let otherMap: string | undefined;
  for (const path of others.filter((each) => each !== masterMapPath)) {
    const maps = mapsOf((await system.files.read(path)) ?? '', folder);
    if (maps.some((map) => !map.endsWith(programMapPath))) otherMap ??= path;
  }
  const isOurs = mapsOf((await system.files.read(masterMapPath)) ?? '', folder).length > 0;
  return { isInstalled: true, isOurs, otherMap };
}

/** The folders that our master map gives to our program map. */
export async function observeAutofsFolders({ files }: Pick<System, 'files'>): Promise<string[]> {
  const lines = ((await files.read(masterMapPath)) ?? '').split('\n').map((line) => line.trim().split(/\s+/));
  return lines.flatMap(([folder = '', map]) =>
    folder.startsWith('/') && map?.endsWith(programMapPath) ? [folder] : [],
  );
}

/** The maps that lines of a master map give a folder to. */
function mapsOf(text: string, folder: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [mountPoint, map] = line.trim().split(/\s+/);
    return mountPoint?.replace(/(?<=^\/|[^/])\/+$/, '') === folder && map !== undefined ? [map] : [];
  });
}
