import type { Guest } from './guest.ts';

/** Waits until every hotplug event was acted on and the handler has ended. */
export async function untilIdle(guest: Guest): Promise<void> {
  const idle = '[ "$(systemctl is-active gandi-hotplug.service)" = inactive ] && [ -z "$(ls /run/gandi/spool)" ]';
  await guest.waitFor(`udevadm settle && ${idle}`, 60);
}
