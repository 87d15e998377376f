import { readFileSync, readlinkSync } from 'node:fs';
import { setInterval } from 'node:timers/promises';

const milliseconds = 100;

/**
 * Watches a program and what it starts, until it ends or the watch is stopped.
 * @returns the most memory in MB that one process of the program's own executable ever had, by VmHWM of proc_pid_status(5)
 */
export async function watchOwnMemory(pid: number, stop: AbortSignal): Promise<number> {
  const executable = executableOf(pid);
  let kib = 0;
  // The value of a process only grows, so that the last one read of each is all but its last.
  for await (const _ of setInterval(milliseconds)) {
    if (stop.aborted) break;
    for (const one of withDescendants(pid)) if (executableOf(one) === executable) kib = Math.max(kib, peakKib(one));
  }
  return (kib * 1024) / 1e6;
}

function withDescendants(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(withDescendants)];
}

function executableOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}

function peakKib(pid: number): number {
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

/** A process that has ended has no files. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
