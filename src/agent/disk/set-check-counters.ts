import { isRunningMachine, type System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Has e2fsck(8) look at an ext file system at boot after so many mounts or months. */
export interface SetCheckCounters {
  readonly kind: 'set-check-counters';
  readonly device: string;
  readonly mounts: number;
  readonly months: number;
}

export const setCheckCountersKind: ActionKind<SetCheckCounters> = {
  kind: 'set-check-counters',
  isLiveOnly: () => true,
  describe: (action) => `have ${action.device} checked every ${action.mounts} mounts or ${action.months} months`,
  deviceOf: (action) => action.device,
  apply: setCheckCounters,
};

/** tune2fs(8): safe on a mounted file system, as it changes two numbers of the superblock through the kernel's own buffer. */
async function setCheckCounters(action: SetCheckCounters, system: System): Promise<void> {
  if (!isRunningMachine(system)) return;
  const { device, mounts, months } = action;
  await system.processes.run('tune2fs', ['-c', String(mounts), '-i', `${months}m`, device]);
}
