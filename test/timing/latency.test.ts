import { describe, expect } from 'vitest';
import type { Guest } from '../vm/lab/guest.ts';
import { sharedGuest, test } from '../vm/lab/story.ts';
import { untilIdle } from '../vm/lab/until-idle.ts';

const mountLimit = 2.5;
const unmountLimit = 2;
const addressLimit = 5;
const rounds = 5;
/** What QEMU's DHCP server gives first, in the networks of the lab's additional NICs one after the other. */
const addresses = ['198.51.100.100', '203.0.113.100', '10.4.0.100', '10.5.0.100'];

describe.each([12, 13] as const)('Debian %i', (debian) => {
  const guest = sharedGuest({ debian });

  test(`from the kernel's event to the mount it takes less than ${mountLimit} s, and to the end of a pulled disk's mount less than ${unmountLimit} s, the service not running`, {
    retry: 2,
  }, async () => {
    const attached: Answer[] = [];
    const pulled: Answer[] = [];
    for (let round = 0; round < rounds; round++) {
      const disk = await timed(guest(), 'add block', isMounted, () =>
        guest().attachDisk({ fileSystem: 'ext4', label: 'latency' }),
      );
      attached.push(disk.answer);
      pulled.push((await timed(guest(), 'remove block', `! ${isMounted}`, () => disk.done.detach())).answer);
      await guest().waitFor('! test -e /srv/latency');
    }
    console.log(`Debian ${debian}, event to mount: ${attached.map(show).join(', ')}`);
    console.log(`Debian ${debian}, event to the end of the mount: ${pulled.map(show).join(', ')}`);
    expect(median(attached)).toBeLessThan(mountLimit);
    expect(median(pulled)).toBeLessThan(unmountLimit);
  });

  // By ifupdown, which Debian 13 has too: once is enough.
  if (debian === 12)
    test(`from the kernel's event to the address that DHCP gives a NIC it takes less than ${addressLimit} s, the service not running`, {
      retry: 2,
    }, async () => {
      const attached: Answer[] = [];
      for (let round = 0; round < rounds; round++) {
        const address = addresses[round % addresses.length] ?? '';
        const nic = await timed(guest(), 'add net', hasAddress(address), () => guest().attachNic());
        attached.push(nic.answer);
        await untilIdle(guest());
        await nic.done.detach();
      }
      console.log(`Debian ${debian}, event to address: ${attached.map(show).join(', ')}`);
      expect(median(attached)).toBeLessThan(addressLimit);
    });
});

interface Answer {
  /** From the kernel's event to what is waited for, both ends taken in the guest on the clock that counts from boot. */
  readonly seconds: number;
  /** How long the guest's CPU waited meanwhile for a CPU of this host, because others had them all. */
  readonly delayed: number;
}

/**
 * bash alone, without a child of its own: findmnt --poll was seen to miss a mount, and what is started ten times a second
 * would take the guest's CPU.
 */
const isMounted = `{ read -rd '' now </proc/self/mountinfo; [[ $now == *" /srv/latency "* ]]; }`;
/** Linux Documentation/networking/fib_trie.rst; each address of this machine ends its line. */
const hasAddress = (address: string) => `{ read -rd '' now </proc/net/fib_trie; [[ $now == *" ${address}"$'\n'* ]]; }`;

async function timed<T>(
  guest: Guest,
  event: 'add block' | 'remove block' | 'add net',
  until: string,
  act: () => Promise<T>,
): Promise<{ done: T; answer: Answer }> {
  const [action, subsystem] = event.split(' ');
  await untilIdle(guest);
  const kernel = guest.run(`exec udevadm monitor --kernel --subsystem-match=${subsystem} >/run/lab-events`, 60);
  await guest.waitFor('grep --quiet KERNEL /run/lab-events');
  const reached = guest.expect(
    `exec 9<> <(:); touch /run/lab-watching; until ${until}; do read -rt 0.1 -u 9; done; read -r uptime _ </proc/uptime; echo $uptime`,
  );
  await guest.waitFor('test -e /run/lab-watching');

  const waitedBefore = await guest.secondsWaitedForCpu();
  const done = await act();
  const end = Number(await reached);
  const delayed = (await guest.secondsWaitedForCpu()) - waitedBefore;
  const start = await guest.expect(
    String.raw`sed -n 's/^KERNEL\[\([0-9.]*\)\] ${action} .*(${subsystem})$/\1/p' /run/lab-events | head --lines=1`,
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
