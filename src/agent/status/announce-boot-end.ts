import { constants } from 'node:fs';
import { AgentError } from '../../core/error/agent-error.ts';
import { silentJournal } from '../../core/system/journal.ts';
import type { System } from '../../core/system/system.ts';
import { version } from '../../core/version.ts';
import { tellBoot } from '../host-port/tell-host.ts';
import { readFlags } from '../flags/read-flags.ts';
import { enabledStages, unfinished } from './boot-stages.ts';
import { bootEndedPath } from '../stage/run-folder.ts';
import { readStages, type StageStatus } from '../stage/status.ts';

/** What is on the console of the last `console=` of the kernel command line, which the platform shows and may keep. */
const consolePath = '/dev/console';

/**
 * Writes one line to the console when the last enabled stage of this boot has ended, once per boot, and one record to the
 * platform's port: a platform sees it without a login. To be called by each stage after its end is on record.
 */
export async function announceBootEnd(system: System): Promise<void> {
  const expected = await enabledStages(system);
  const stages = await readStages(system);
  if (expected.length === 0 || unfinished(expected, stages).length > 0) return;
  const line = describeBootEnd(expected, stages);
  if (!(await isFirst(system, line))) return;
  const quiet = { ...system, journal: silentJournal };
  await tellBoot(system, firstFailure(stages), endOf(expected, stages));
  if ((await readFlags(quiet)).CONFIG_BOOT_REPORT) await writeToConsole(system, line);
}

/** `gandi-agent 3.0.0: work of the boot ended 61 s after boot: done`, or `failed: config`. */
export function describeBootEnd(
  expected: readonly string[],
  stages: Readonly<Record<string, Pick<StageStatus, 'result' | 'endedAt'>>>,
): string {
  const ended = endOf(expected, stages);
  const failed = Object.entries(stages).flatMap(([name, { result }]) => (result === 'failed' ? [name] : []));
  const result = failed.length === 0 ? 'done' : `failed: ${failed.join(', ')}; see gandi-agent status`;
  return `gandi-agent ${version}: work of the boot ended ${Math.round(ended)} s after boot: ${result}`;
}

/** Seconds since boot. */
function endOf(expected: readonly string[], stages: Readonly<Record<string, Pick<StageStatus, 'endedAt'>>>): number {
  return Math.max(...expected.map((name) => stages[name]?.endedAt ?? 0));
}

/** Code of the first failure, in the order of the stages' names; null if all is well. */
function firstFailure(stages: Readonly<Record<string, Pick<StageStatus, 'result' | 'failures'>>>): string | null {
  const failed = Object.values(stages).find(({ result }) => result === 'failed');
  return failed === undefined ? null : (failed.failures[0]?.code ?? 'unexpected');
}

async function isFirst({ files }: System, line: string): Promise<boolean> {
  try {
    await files.create(bootEndedPath, `${line}\n`, 0o644);
    return true;
  } catch (error) {
    if (error instanceof AgentError && error.code === 'file.exists') return false;
    throw error;
  }
}

/** Without waiting: a serial port whose other end takes nothing would keep the stage from ending. */
async function writeToConsole({ files }: System, line: string): Promise<void> {
  const { O_WRONLY, O_NOCTTY, O_NONBLOCK } = constants;
  await using handle = await files.open(consolePath, O_WRONLY | O_NOCTTY | O_NONBLOCK);
  // A login prompt may stand on the line.
  await handle.write(`\n${line}\n`);
}
