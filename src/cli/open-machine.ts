import { readFlags } from '../flags/read-flags.ts';
import { openJournal } from '../system/journal.ts';
import { openSystem, type System } from '../system/system.ts';

/** The machine at `root`, with a journal that writes as much as the admin's flag asks for. */
export async function openMachine(root = '/'): Promise<System> {
  // What is wrong in the flags file is told by whoever acts on it, once.
  const flags = await readFlags(openSystem(root, openJournal('error')));
  return openSystem(root, openJournal(flags.CONFIG_LOG_LEVEL));
}
