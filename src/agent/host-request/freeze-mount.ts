import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';
import { requireMounted } from './data-mounts.ts';
import { observeFrozen } from './frozen.ts';

/** Writes everything of a file system to its disk and holds all further writes: fsfreeze(8). */
export interface FreezeMount {
  readonly kind: 'freeze-mount';
  readonly mountPoint: string;
  readonly majorMinor: string;
}

export const freezeMountKind: ActionKind<FreezeMount> = {
  kind: 'freeze-mount',
  describe: ({ mountPoint }) => `freeze ${mountPoint}`,
  isLiveOnly: () => true,
  apply: freezeMount,
};

/** Lets the writes go on. */
export interface ThawMount {
  readonly kind: 'thaw-mount';
  readonly mountPoint: string;
}

export const thawMountKind: ActionKind<ThawMount> = {
  kind: 'thaw-mount',
  describe: ({ mountPoint }) => `thaw ${mountPoint}`,
  isLiveOnly: () => true,
  apply: thawMount,
};

/** @throws AgentError `freeze.too-late` where no timer would thaw it in time, `mount.not-there`, `process.*` */
async function freezeMount(action: FreezeMount, system: System): Promise<void> {
  const { mountPoint, majorMinor } = action;
  await requireMounted(system, action);
  const frozen = await observeFrozen(system);
  const isArmed = frozen?.mounts.some((mount) => mount.majorMinor === majorMinor) ?? false;
  if (!isArmed || frozen === undefined) throw late(mountPoint);
  const timeoutSeconds = frozen.until - system.clock.monotonic();
  await system.processes.run('fsfreeze', ['--freeze', mountPoint], { timeoutSeconds });
}

/** Status 1: it is thawed already, or gone. */
async function thawMount({ mountPoint }: ThawMount, { processes }: System): Promise<void> {
  await processes.run('fsfreeze', ['--unfreeze', mountPoint], { acceptExitCodes: [1] });
}

function late(mountPoint: string): AgentError {
  return new AgentError('cannot freeze it: the deadline came before its turn', {
    code: 'freeze.too-late',
    subject: mountPoint,
    remedy: 'ask again, with more seconds',
    exitCode: ExitCode.refusedToProtectData,
  });
}
