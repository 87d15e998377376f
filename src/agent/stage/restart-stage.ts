import type { System } from '../../core/system/system.ts';
import { makeRunFolder, runFolder } from './run-folder.ts';
import type { ActionKind } from '../action/kind.ts';

/** Has the unit of a stage apply what came to the running machine: it has the rights for that. */
export interface RestartStage {
  readonly kind: 'restart-stage';
  readonly stage: 'bootstrap' | 'config';
}

export const restartStageKind: ActionKind<RestartStage> = {
  kind: 'restart-stage',
  describe: ({ stage }) => `have ${unitOf(stage)} apply it`,
  isLiveOnly: () => true,
  apply: restartStage,
};

function unitOf(stage: RestartStage['stage']): string {
  return `gandi-${stage}.service`;
}

const lockPath = `${runFolder.path}/restart-stage.lock`;

/**
 * Waits for its end. Nothing is bound to these units, so nothing else is restarted. One after the other: an event and a question of the
 * platform may want it at the same moment, in processes of their own, and systemd would stop the first restart in its middle for the second.
 * @throws AgentError `process.failed` where a step of it failed; which one is in its status
 */
async function restartStage({ stage }: RestartStage, system: System): Promise<void> {
  await makeRunFolder(system);
  // The kernel takes it back when the process ends.
  const lock = await system.processes.hold('flock', ['--exclusive', await system.files.hostPath(lockPath), 'cat']);
  try {
    // The unit has a limit of its own.
    await system.processes.run('systemctl', ['restart', unitOf(stage)], { timeoutSeconds: null });
  } finally {
    await lock?.release();
  }
}
