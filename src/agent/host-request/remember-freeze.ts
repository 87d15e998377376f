import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';
import { forgetFrozen, readFrozen, writeFrozen } from './frozen.ts';
import { hookTimer, stopTimer } from './thaw-timers.ts';

/** Writes down that all is frozen, so that a thaw may take the timers back: no freeze(8) is on its way that they would be needed for. */
export interface RememberFreeze {
  readonly kind: 'remember-freeze';
}

export const rememberFreezeKind: ActionKind<RememberFreeze> = {
  kind: 'remember-freeze',
  describe: () => 'remember that all is frozen',
  isBookkeeping: () => true,
  isLiveOnly: () => true,
  apply: async (_, system) => {
    const frozen = await readFrozen(system);
    if (frozen !== undefined) await writeFrozen(system, { ...frozen, isWhole: true });
  },
};

/** Once all is thawed and the hook has run. */
export interface ForgetFreeze {
  readonly kind: 'forget-freeze';
}

export const forgetFreezeKind: ActionKind<ForgetFreeze> = {
  kind: 'forget-freeze',
  describe: () => 'forget the freeze',
  isBookkeeping: () => true,
  isLiveOnly: () => true,
  apply: forgetFreeze,
};

async function forgetFreeze(_: ForgetFreeze, system: System): Promise<void> {
  await forgetFrozen(system);
  await stopTimer(hookTimer, system);
}
