import type { System } from '../../core/system/system.ts';

/** A process that keeps a mount from being unmounted. */
export interface MountUser {
  readonly pid: number;
  /** Name of the program, /proc/PID/comm. */
  readonly name: string;
  /** The unit of systemd that it belongs to; undefined if none. */
  readonly unit: string | undefined;
}

/** The processes with an open file, a working folder, a root or a program below the mount point. Reads links of /proc only. */
export async function observeMountUsers(system: System, mountPoint: string): Promise<MountUser[]> {
  const pids = (await system.files.list('/proc')).filter((name) => /^\d+$/.test(name));
  const users = await Promise.all(pids.map((pid) => observeProcess(system, pid, mountPoint)));
  return users.filter((user) => user !== undefined);
}

async function observeProcess(system: System, pid: string, mountPoint: string): Promise<MountUser | undefined> {
  try {
    const open = (await system.files.list(`/proc/${pid}/fd`)).map((number) => `fd/${number}`);
    const links = ['cwd', 'root', 'exe', ...open].map((name) => system.files.linkTarget(`/proc/${pid}/${name}`));
    const isUser = (await Promise.all(links)).some((target) => target !== undefined && isBelow(target, mountPoint));
    if (!isUser) return undefined;
    const name = (await system.files.read(`/proc/${pid}/comm`))?.trim() ?? '?';
    return { pid: Number(pid), name, unit: await observeUnit(system, pid) };
  } catch {
    // It ended while it was looked at: then it uses nothing any more.
    return undefined;
  }
}

/** cgroups(7): `0::/system.slice/web.service`, where the unit may have groups of its own below it. */
async function observeUnit(system: System, pid: string): Promise<string | undefined> {
  const groups = (await system.files.read(`/proc/${pid}/cgroup`)) ?? '';
  return groups.split(/[/\n]/).find((part) => part.endsWith('.service'));
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
