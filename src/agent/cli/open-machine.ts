import { readFlags } from '../flags/read-flags.ts';
import { openJournal, silentJournal } from '../../core/system/journal.ts';
import { openSystemLog } from '../../core/system/system-log.ts';
import { openSystem, type System } from '../../core/system/system.ts';

/**
 * The machine at `root`, with a journal that writes as much as the admin's flag asks for. What is done to a tree is
 * none of the log of the machine that does it.
 * @param stage the stage or command, as its lines in the log are found by it
 */
export async function openMachine(root = '/', stage?: string): Promise<System> {
  // What is wrong in the flags file is told once, by the command that acts on it.
  const flags = await readFlags(openSystem(root, silentJournal));
  const log = root === '/' ? openSystemLog(flags.SYSLOG_TARGET) : undefined;
  return openSystem(root, openJournal(flags.CONFIG_LOG_LEVEL, { log, stage }));
}
