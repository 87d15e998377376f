import type { Guest } from '../../lab/guest.ts';
import { untilIdle } from '../../lab/until-idle.ts';

export interface Answer {
  /** From the kernel's event to what is waited for, both ends taken in the guest on the clock that counts from boot. */
  readonly seconds: number;
  /** How long the guest's CPU waited meanwhile for a CPU of this host, because others had them all. */
  readonly delayed: number;
}

/**
 * bash alone, without a child of its own: findmnt --poll was seen to miss a mount, and what is started ten times a second
 * would take the guest's CPU.
 */
export const isMounted = `{ read -rd '' now </proc/self/mountinfo; [[ $now == *" /srv/latency "* ]]; }`;
/** Linux Documentation/networking/fib_trie.rst; each address of this machine ends its line. */
export const hasAddress = (address: string) =>
  `{ read -rd '' now </proc/net/fib_trie; [[ $now == *" ${address}"$'\n'* ]]; }`;

/**
 * How long after the kernel's event the guest comes to something.
 * @param until a condition of bash
 * @param limit seconds after which it is given up
 * @throws Error where the guest has not come to it by then
 */
export async function timed<T>(
  guest: Guest,
  event: 'add block' | 'remove block' | 'add net' | 'add virtio-ports',
  until: string,
  act: () => Promise<T>,
  limit = 60,
): Promise<{ done: T; answer: Answer }> {
  const [action, subsystem] = event.split(' ');
  await untilIdle(guest);
  const kernel = guest.run(`exec udevadm monitor --kernel --subsystem-match=${subsystem} >/run/lab-events`, limit);
  await guest.waitFor('grep --quiet KERNEL /run/lab-events');
  const reached = guest.expect(
    `exec 9<> <(:); touch /run/lab-watching; until ${until}; do read -rt 0.1 -u 9; done; read -r uptime _ </proc/uptime; echo $uptime`,
    limit,
  );
  await guest.waitFor('test -e /run/lab-watching');

  const waitedBefore = await guest.secondsWaitedForCpu();
  const done = await act();
  const end = Number(await reached);
  const delayed = (await guest.secondsWaitedForCpu()) - waitedBefore;
  const start = await guest.expect(
    String.raw`sed -n 's/^KERNEL\[\([0-9.]*\)\] ${action} .*(${subsystem})$/\1/p' /run/lab-events | head --lines=1`,
  );
  // Only its own: a guest may have one that mounts its disks. The brackets keep the shell that asks from being found.
  await guest.expect("pkill --full '[u]devadm monitor --kernel'; rm /run/lab-events /run/lab-watching");
  await kernel;
  return { done, answer: { seconds: end - Number(start), delayed } };
}

/**
 * The limits are for a guest that takes this long for `yardstick()`. A slower guest gets as much more time as it takes longer
 * for that; a faster one gets no less. The figure is derived: the same release took 2.7 times as long for a mount on another
 * idle host, where the yardstick took 1.9 s, as on the one that the limits were set on.
 */
const yardstickSeconds = 0.7;

/** Starts of a small program and a count in Perl: what a guest's kernel and its CPU do, without anything of ours. */
export async function yardstick(guest: Guest): Promise<Answer> {
  await untilIdle(guest);
  const waitedBefore = await guest.secondsWaitedForCpu();
  const seconds = await guest.expect(
    `read -r start _ </proc/uptime
for ((n = 0; n < 60; n++)); do /bin/true; done; perl -e 'for (1 .. 1500000) { $sum += $_ }'
read -r end _ </proc/uptime; perl -e 'print $ARGV[1] - $ARGV[0]' "$start" "$end"`,
  );
  return { seconds: Number(seconds), delayed: (await guest.secondsWaitedForCpu()) - waitedBefore };
}

/** A limit for this guest. @param seconds what is allowed where the yardstick takes 0.7 s or less */
export function limitOf(seconds: number, yardsticks: readonly Answer[]): number {
  return seconds * Math.max(1, median(yardsticks) / yardstickSeconds);
}

export function show({ seconds, delayed }: Answer): string {
  return `${seconds.toFixed(2)} s (host busy ${delayed.toFixed(2)} s)`;
}

export function median(answers: readonly Answer[]): number {
  const values = answers.map(({ seconds, delayed }) => seconds - delayed).toSorted((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? Number.NaN;
}
