import { readFileSync } from 'node:fs';

/** Ticks from boot to the start of a process, proc_pid_stat(5), field 22: a number that is used again has another. */
export function processStart(pid: string): string | undefined {
  return statOf(pid)?.[19];
}

/** Names a process for as long as the machine is up, `PID-START`: no later process has the same name. */
export function ownProcessName(): string {
  return `${process.pid}-${processStart('self') ?? 0}`;
}

/** Whether the process that `ownProcessName` named still works: one that only waits to be reaped does not. */
export function isProcessThere(name: string): boolean {
  const [pid = '', start] = name.split('-');
  const stat = statOf(pid);
  return stat?.[19] === start && stat?.[0] !== 'Z';
}

/** The fields from the third on: the second is the program's name in parentheses, with anything in it. */
function statOf(pid: string): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return undefined;
  }
}
