import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';
import { forgetFrozen, readFrozen, writeFrozen } from './frozen.ts';

/** Has systemd thaw these mounts after a time, whatever becomes of the agent. To be done before the first of them is frozen. */
export interface ArmThaw {
  readonly kind: 'arm-thaw';
  readonly mounts: readonly { readonly mountPoint: string; readonly majorMinor: string }[];
  readonly seconds: number;
}

export const armThawKind: ActionKind<ArmThaw> = {
  kind: 'arm-thaw',
  describe: ({ mounts, seconds }) => `have systemd thaw ${mounts.length} file systems after ${seconds} s`,
  isLiveOnly: () => true,
  apply: armThaw,
};

/** Takes the timers back, once all is thawed. */
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

// A file system that takes its time to freeze is not frozen yet when the first comes, and cannot be thawed: one more look each.
const laterLooks = [5, 30, 120] as const;

/** A timer each, which starts fsfreeze(8) and nothing of the agent's. @throws AgentError `process.*`; what is armed then does no harm */
async function armThaw({ mounts, seconds }: ArmThaw, system: System): Promise<void> {
  // A timer of a freeze before, whose disk has another number by now, would thaw this one too early.
  for (const { majorMinor } of (await readFrozen(system))?.mounts ?? []) await stopTimer(majorMinor, system);
  await writeFrozen(system, { mounts: [...mounts], until: system.clock.monotonic() + seconds });
  const times = [0, ...laterLooks].map((more) => `--timer-property=OnActiveSec=${seconds + more}s`);
  for (const { mountPoint, majorMinor } of mounts) {
    await stopTimer(majorMinor, system);
    await system.processes.run('systemd-run', [
      ...['--quiet', '--collect', `--unit=${unitOf(majorMinor)}`],
      ...[...times, '--timer-property=AccuracySec=100ms'],
      // What is thawed already is told by status 1.
      ...['--property=SuccessExitStatus=1', '--property=SyslogIdentifier=gandi'],
      ...['fsfreeze', '--unfreeze', mountPoint],
    ]);
  }
}

async function disarmThaw({ mounts }: DisarmThaw, system: System): Promise<void> {
  for (const { majorMinor } of mounts) await stopTimer(majorMinor, system);
  await forgetFrozen(system);
}

/** Status 5: there is none. */
async function stopTimer(majorMinor: string, { processes }: System): Promise<void> {
  await processes.run('systemctl', ['stop', `${unitOf(majorMinor)}.timer`], { acceptExitCodes: [5] });
}

function unitOf(majorMinor: string): string {
  return `gandi-thaw-${majorMinor.replace(':', '-')}`;
}
