import { describeError } from '../../core/error/agent-error.ts';
import { silentJournal } from '../../core/system/journal.ts';
import type { System } from '../../core/system/system.ts';
import { isConfigIdle } from '../config/is-config-idle.ts';
import { isMountIdle } from '../mount/is-mount-idle.ts';
import { isPostbootIdle } from '../postboot/postboot.ts';
import { makeRunFolder } from '../stage/run-folder.ts';
import { readStages } from '../stage/status.ts';
import { enabledStages } from './boot-stages.ts';
import { runBootStage } from './run-boot-stage.ts';

/** One file per stage that has ended, which libexec/start-stage reads: not empty until the stage's unit has seen it. */
export const idleFolder = '/run/gandi/idle';

/** Whether a stage has nothing to do in this boot, by the stage's name. */
export type IdleLooks = Readonly<Record<string, (system: System) => Promise<boolean>>>;

const idleLooks: IdleLooks = {
  config: isConfigIdle,
  mount: isMountIdle,
  postboot: isPostbootIdle,
};

/**
 * Ends the later stages of this boot that have nothing to do, each with a status as if it had run: their units do not start the
 * agent for them. In a boot in which nothing has changed that is all of them. A stage that cannot be looked at runs in its unit, and
 * tells what is wrong.
 */
export async function endIdleStages(system: System, looks: IdleLooks = idleLooks): Promise<void> {
  // A stage tells itself of what is wrong with its flags and files.
  const quiet = { ...system, journal: silentJournal };
  for (const [name, isIdle] of Object.entries(looks)) {
    try {
      if ((await isDue(name, system)) && (await isIdle(quiet))) await endStage(name, system);
    } catch (error) {
      system.journal.debug(`${name}: not known whether there is anything to do: ${describeError(error)}`);
    }
  }
}

/** What ran in this boot keeps what it came to. */
async function isDue(name: string, system: System): Promise<boolean> {
  return (await enabledStages(system)).includes(name) && (await readStages(system))[name] === undefined;
}

/** Its status first: without the mark it runs in its unit. */
async function endStage(name: string, system: System): Promise<void> {
  await runBootStage(name, () => Promise.resolve([]), system);
  await makeRunFolder(system);
  await system.files.makeDirectory(idleFolder, 0o700);
  await system.files.replace(`${idleFolder}/${name}`, 'nothing to do\n', { mode: 0o600 });
}
