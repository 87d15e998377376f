import { AgentError } from '../../core/error/agent-error.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';
import { runForeign } from '../action/run-foreign.ts';
import { observeRealTimeClock } from './real-time-clock.ts';

/** Sets the machine's clock by that of the platform. Does nothing on a tree that is not running. */
export interface SetClock {
  readonly kind: 'set-clock';
}

export const setClockKind: ActionKind<SetClock> = {
  kind: 'set-clock',
  isLiveOnly: () => true,
  describe: () => "set the clock by the platform's",
  apply: setClock,
};

/**
 * date(1), started by systemd: our units may not set the clock.
 * @throws AgentError `clock.not-set`
 */
async function setClock(_action: SetClock, system: System): Promise<void> {
  if (!isRunningMachine(system)) return;
  const seconds = await observeRealTimeClock(system);
  if (seconds === undefined) return;
  const said: string[] = [];
  const program = {
    word: 'clock',
    path: '/bin/date',
    arguments: ['--utc', `--set=@${seconds}`],
    environment: {},
    timeoutSeconds: 30,
    secondsToEnd: 5,
  };
  const exitCode = await runForeign(system, program, (line) => said.push(line));
  if (exitCode === 0) return;
  throw new AgentError('cannot set the clock', {
    code: 'clock.not-set',
    subject: "the machine's clock",
    remedy: 'set it with `hwclock --hctosys`, or start a time service',
    cause: said.join('; ').slice(0, 500) || `exit status ${exitCode}`,
  });
}
