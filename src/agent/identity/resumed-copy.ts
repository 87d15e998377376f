import { isRunningMachine, type System } from '../../core/system/system.ts';
import type { Flags } from '../flags/flag-table.ts';
import { bootEndedPath } from '../stage/run-folder.ts';
import { templateMark } from './identity.ts';

/** Whether this machine goes on from the memory of a template, and still has the identity of that. */
export async function isResumedCopy(system: System, flags: Flags): Promise<boolean> {
  if (!flags.CONFIG_MACHINE_ID || !isRunningMachine(system)) return false;
  const marks = await Promise.all([templateMark, bootEndedPath].map((path) => system.files.status(path)));
  return marks.every((mark) => mark !== undefined);
}
