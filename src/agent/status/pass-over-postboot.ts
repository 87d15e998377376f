import { isRunBySystemd, isRunningMachine, type System } from '../../core/system/system.ts';
import { readFlags } from '../flags/read-flags.ts';
import { previewPostboot } from '../postboot/postboot.ts';
import { makeRunFolder, runFolder } from '../stage/run-folder.ts';
import { readStages } from '../stage/status.ts';
import { enabledStages } from './boot-stages.ts';
import { runBootStage } from './run-boot-stage.ts';

/** libexec/run-postboot finds it, and starts nothing. */
export const postbootIdlePath = `${runFolder.path}/postboot-idle`;

/**
 * Has the last stage of this boot end without being started, if it would find nothing to run, as in most boots: it is reported as
 * done. To be called by the stage before it. Nothing is passed over that ran already, or where whether there is something
 * to do is only known later: a service of autofs that is to be stopped.
 */
export async function passOverPostboot(system: System): Promise<void> {
  if (!isRunningMachine(system) || !(await isRunBySystemd(system))) return;
  if (!(await enabledStages(system)).includes('postboot') || 'postboot' in (await readStages(system))) return;
  const flags = await readFlags(system);
  if (!flags.CONFIG_ALLOW_MOUNT) return;
  await makeRunFolder(system);
  // Before the look: what changes after it is newer than the mark.
  await system.files.replace(postbootIdlePath, '', { mode: 0o600 });
  if (await isIdle(system)) await runBootStage('postboot', async () => [], system);
  else await system.files.remove(postbootIdlePath);
}

/** What cannot be looked at is told by the stage itself. */
async function isIdle(system: System): Promise<boolean> {
  try {
    return (await previewPostboot(system, await readFlags(system))).length === 0;
  } catch {
    return false;
  }
}
