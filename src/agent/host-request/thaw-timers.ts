import type { System } from '../../core/system/system.ts';

/** The unit that ends a freeze at its deadline with the admin's hook. */
export const hookTimer = 'gandi-thaw-hook';

/** The unit that thaws a file system at the deadline. @param majorMinor of its device, `8:16` */
export function thawTimerOf(majorMinor: string): string {
  return `gandi-thaw-${majorMinor.replace(':', '-')}`;
}

// A file system that takes its time to freeze is not frozen yet when the first comes, and cannot be thawed: one more look each.
const laterLooks = [5, 30, 120] as const;

/**
 * Has systemd run a program after a time, and some seconds after that again; systemd-run(1).
 * @throws AgentError `process.*`
 */
export async function startTimer(
  unit: string,
  seconds: number,
  program: readonly string[],
  { processes }: Pick<System, 'processes'>,
): Promise<void> {
  const times = [0, ...laterLooks].map((more) => `--timer-property=OnActiveSec=${seconds + more}s`);
  await processes.run('systemd-run', [
    ...['--quiet', '--collect', `--unit=${unit}`],
    ...[...times, '--timer-property=AccuracySec=100ms'],
    // fsfreeze(8): what is thawed already is told by status 1.
    ...['--property=SuccessExitStatus=1', '--property=SyslogIdentifier=gandi'],
    ...program,
  ]);
}

/** What the timer has started runs on. Status 5 of systemctl: there is no such timer. */
export async function stopTimer(unit: string, { processes }: Pick<System, 'processes'>): Promise<void> {
  await processes.run('systemctl', ['stop', `${unit}.timer`], { acceptExitCodes: [5] });
}
