import { resolve } from 'node:path';
import type { Terminal } from '../../core/command/command.ts';
import { asOrdinaryUser } from '../../core/system/as-ordinary-user.ts';
import { openJournal, silentJournal } from '../../core/system/journal.ts';
import { openSystemLog } from '../../core/system/system-log.ts';
import { openSystem, type System } from '../../core/system/system.ts';
import { requireSystem } from '../facts/require-system.ts';
import { readFlags } from '../flags/read-flags.ts';

export interface MachineOptions {
  /** The command prints its result itself, and has no log on standard error. */
  readonly isQuiet?: boolean;
  /** Every step is told on standard error, bookkeeping too. */
  readonly isVerbose?: boolean;
}

/**
 * The machine at `root`, with a journal that writes as much as the admin's flag asks for. What is done to a tree is
 * none of the log of the machine that does it.
 * @param stage the stage or command, as its lines in the log are found by it
 */
export async function openMachine(
  root = '/',
  stage?: string,
  { isQuiet = false, isVerbose = false }: MachineOptions = {},
): Promise<System> {
  // What is wrong in the flags file is told once, by the command that acts on it.
  const flags = await readFlags(openSystem(root, silentJournal));
  const log = root === '/' ? openSystemLog(flags.SYSLOG_TARGET) : undefined;
  const level = isVerbose ? 'debug' : flags.CONFIG_LOG_LEVEL;
  return openSystem(root, openJournal(level, { log, stage, isQuiet: isQuiet && !isVerbose }));
}

/** For commands that only look at the machine, which every user may do: nothing of that is in the machine's log. */
export function openMachineToLookAt({ isOrdinaryUser }: Pick<Terminal, 'isOrdinaryUser'>): System {
  const system = openSystem('/', silentJournal);
  return isOrdinaryUser ? asOrdinaryUser(system) : system;
}

/**
 * The system whose root is seen at that folder; undefined for `/`, which is the machine that runs.
 * @throws AgentError `tree.no-system`
 */
export async function openTreeToLookAt(root: string): Promise<System | undefined> {
  const folder = resolve(root);
  if (folder === '/') return undefined;
  const system = openSystem(folder, silentJournal);
  await requireSystem(system);
  return system;
}
