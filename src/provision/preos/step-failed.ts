import { AgentError } from '../../core/error/agent-error.ts';
import type { BuildDoors } from './build-doors.ts';

/**
 * Runs a program of a step and keeps the end of what it says for the error.
 * @param follow starts it and hands on its lines
 * @throws AgentError `preos.step-failed`
 */
export async function runStep(
  { detail, signal }: BuildDoors,
  name: string,
  tree: string,
  follow: (onLine: (line: string) => void) => Promise<number>,
): Promise<void> {
  let said: string[] = [];
  const status = await follow((line) => {
    detail(line);
    said = [...said.slice(-19), line];
  });
  signal.throwIfAborted();
  if (status === 0) return;
  throw new AgentError(`${name} failed`, {
    code: 'preos.step-failed',
    subject: tree,
    remedy: 'see what it says with --verbose; the tree is left as it is',
    // Errors of apt and of debootstrap start with E.
    cause: said.findLast((line) => /^E: /.test(line)) ?? said.at(-1) ?? `status ${status}`,
  });
}
