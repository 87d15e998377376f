import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Has the unit of first boot apply what a volume says that was attached to the running machine: it has the rights for that. */
export interface RestartBootstrap {
  readonly kind: 'restart-bootstrap';
}

export const restartBootstrapKind: ActionKind<RestartBootstrap> = {
  kind: 'restart-bootstrap',
  describe: () => `have ${bootstrapUnit} apply it`,
  isLiveOnly: () => true,
  apply: restartBootstrap,
};

const bootstrapUnit = 'gandi-bootstrap.service';

/**
 * Waits for its end. Nothing is bound to that unit, so nothing else is restarted.
 * @throws AgentError `process.failed` where a step of it failed; which one is in its status
 */
async function restartBootstrap(_: RestartBootstrap, system: System): Promise<void> {
  // The unit has a limit of its own.
  await system.processes.run('systemctl', ['restart', bootstrapUnit], { timeoutSeconds: null });
}
