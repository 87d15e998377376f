import { type GuestCommands, pause, pauses } from './guest-commands.ts';

const failed = 3;

/**
 * Waits until every hotplug event was acted on and the handler has ended.
 * @throws Error with the journal of the handler as soon as it has failed
 */
export async function untilIdle(guest: GuestCommands, seconds = 120): Promise<void> {
  // While the service works, a look starts no program. `activating` is what a service that is started again shows between two looks;
  // `failed` stays until it is.
  const isBusy = `test -e /sys/fs/cgroup/system.slice/gandi-hotplug.service || compgen -G '/run/gandi/spool/*' >/dev/null`;
  const look = `for try in {1..6}; do ${isBusy} || break; ${pause}; done
    udevadm settle
    state=$(systemctl is-active gandi-hotplug.service)
    [ "$state" = failed ] && exit ${failed}
    [ "$state" = inactive ] && [ -z "$(ls /run/gandi/spool)" ] && exit 0
    ${pause}`;
  const { exitCode } = await guest.run(`while true; do ${look}; done ${pauses}`, seconds);
  if (exitCode === 0) return;
  const { stdout } = await guest.run(
    'journalctl --boot --unit=gandi-hotplug --output=short-monotonic --no-pager --lines=40; ls /run/gandi/spool',
  );
  const what = exitCode === failed ? 'the hotplug service has failed' : `the spool was not empty within ${seconds} s`;
  throw new Error(`${what}:\n${stdout}`);
}
