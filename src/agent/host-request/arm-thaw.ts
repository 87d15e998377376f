import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';
import { readFrozen, writeFrozen } from './frozen.ts';
import { hookTimer, startTimer, stopTimer, thawTimerOf } from './thaw-timers.ts';

/** Has systemd thaw these mounts after a time, whatever becomes of the agent. To be done before the first of them is frozen. */
export interface ArmThaw {
  readonly kind: 'arm-thaw';
  readonly mounts: readonly { readonly mountPoint: string; readonly majorMinor: string }[];
  readonly seconds: number;
  /** The admin has a hook of the freeze or the thaw. */
  readonly hasHook: boolean;
}

export const armThawKind: ActionKind<ArmThaw> = {
  kind: 'arm-thaw',
  describe: ({ mounts, seconds }) => `have systemd thaw ${mounts.length} file systems after ${seconds} s`,
  isLiveOnly: () => true,
  apply: armThaw,
};

/** Takes the timers back, once all is thawed; that of the hook stays until the hook has run. */
export interface DisarmThaw {
  readonly kind: 'disarm-thaw';
  readonly mounts: readonly { readonly mountPoint: string; readonly majorMinor: string }[];
}

export const disarmThawKind: ActionKind<DisarmThaw> = {
  kind: 'disarm-thaw',
  describe: ({ mounts }) => `take back the timers of ${mounts.length} file systems`,
  isLiveOnly: () => true,
  apply: disarmThaw,
};

/** Where the package puts the agent: what a timer starts must be there in a minute too. */
const agent = '/usr/lib/gandi/gandi-agent';

/** A timer each, which starts fsfreeze(8) and nothing of the agent's. @throws AgentError `process.*`; what is armed then does no harm */
async function armThaw({ mounts, seconds, hasHook }: ArmThaw, system: System): Promise<void> {
  // A timer of a freeze before, whose disk has another number by now, would thaw this one too early.
  for (const { majorMinor } of (await readFrozen(system))?.mounts ?? [])
    await stopTimer(thawTimerOf(majorMinor), system);
  await stopTimer(hookTimer, system);
  const until = system.clock.monotonic() + seconds;
  const hookPaths = mounts.map(({ mountPoint }) => mountPoint);
  await writeFrozen(system, { mounts: [...mounts], until, isWhole: false, hookPaths });
  for (const { mountPoint, majorMinor } of mounts) {
    const unit = thawTimerOf(majorMinor);
    await stopTimer(unit, system);
    await startTimer(unit, seconds, ['fsfreeze', '--unfreeze', mountPoint], system);
  }
  // A second later, as the agent is not to be waited for by those.
  if (hasHook) await startTimer(hookTimer, seconds + 1, [agent, 'thaw'], system);
}

async function disarmThaw({ mounts }: DisarmThaw, system: System): Promise<void> {
  for (const { majorMinor } of mounts) await stopTimer(thawTimerOf(majorMinor), system);
  const frozen = await readFrozen(system);
  if (frozen !== undefined) await writeFrozen(system, { ...frozen, mounts: [] });
}
