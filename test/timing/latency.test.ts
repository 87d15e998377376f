import { describe, expect } from 'vitest';
import type { Guest } from '../vm/lab/guest.ts';
import { sharedGuest, test } from '../vm/lab/story.ts';
import { untilIdle } from '../vm/lab/until-idle.ts';

const mountLimit = 2.5;
const unmountLimit = 2;
const rounds = 5;

describe.each([12, 13] as const)('Debian %i', (debian) => {
  const guest = sharedGuest({ debian });

  test(`from the kernel's event to the mount it takes less than ${mountLimit} s, and to the end of a pulled disk's mount less than ${unmountLimit} s, the service not running`, {
    retry: 2,
  }, async () => {
    const attached: Answer[] = [];
    const pulled: Answer[] = [];
    for (let round = 0; round < rounds; round++) {
      const disk = await timed(guest(), 'add', 'mounted', () =>
        guest().attachDisk({ fileSystem: 'ext4', label: 'latency' }),
      );
      attached.push(disk.answer);
      pulled.push((await timed(guest(), 'remove', 'unmounted', () => disk.done.detach())).answer);
      await guest().waitFor('! test -e /srv/latency');
    }
    console.log(`Debian ${debian}, event to mount: ${attached.map(show).join(', ')}`);
    console.log(`Debian ${debian}, event to the end of the mount: ${pulled.map(show).join(', ')}`);
    expect(median(attached)).toBeLessThan(mountLimit);
    expect(median(pulled)).toBeLessThan(unmountLimit);
  });
});

interface Answer {
  /** From the kernel's event to what is waited for, both ends taken in the guest on the clock that counts from boot. */
  readonly seconds: number;
  /** How long the guest's CPU waited meanwhile for a CPU of this host, because others had them all. */
  readonly delayed: number;
}

/** bash alone: findmnt --poll was seen to miss a mount, and a program started ten times a second would take the guest's CPU. */
const isMounted = '[[ $(</proc/self/mountinfo) == *" /srv/latency "* ]]';
const conditions = { mounted: isMounted, unmounted: `! ${isMounted}` };

async function timed<T>(
  guest: Guest,
  action: 'add' | 'remove',
  until: keyof typeof conditions,
  act: () => Promise<T>,
): Promise<{ done: T; answer: Answer }> {
  await untilIdle(guest);
  const kernel = guest.run('exec udevadm monitor --kernel --subsystem-match=block >/run/lab-events', 60);
  await guest.waitFor('grep --quiet KERNEL /run/lab-events');
  const reached = guest.expect(
    `exec 9<> <(:); touch /run/lab-watching; until ${conditions[until]}; do read -rt 0.1 -u 9; done; read -r uptime _ </proc/uptime; echo $uptime`,
  );
  await guest.waitFor('test -e /run/lab-watching');

  const waitedBefore = await guest.secondsWaitedForCpu();
  const done = await act();
  const end = Number(await reached);
  const delayed = (await guest.secondsWaitedForCpu()) - waitedBefore;
  const start = await guest.expect(
    String.raw`sed -n 's/^KERNEL\[\([0-9.]*\)\] ${action} .*(block)$/\1/p' /run/lab-events | head --lines=1`,
  );
  await guest.expect('pkill udevadm; rm /run/lab-events /run/lab-watching');
  await kernel;
  return { done, answer: { seconds: end - Number(start), delayed } };
}

function show({ seconds, delayed }: Answer): string {
  return `${seconds.toFixed(2)} s (host busy ${delayed.toFixed(2)} s)`;
}

function median(answers: readonly Answer[]): number {
  const values = answers.map(({ seconds, delayed }) => seconds - delayed).toSorted((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? Number.NaN;
}
