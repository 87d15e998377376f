import { expect } from 'vitest';
import type { DebianVersion } from '../../lab/debian.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { type Answer, isMounted, limitOf, median, show, timed, yardstick } from './kernel-event.ts';

const mountLimit = 1;
const unmountLimit = 1;

/**
 * How soon an attached disk is mounted, and the mount of a pulled one gone; prints every round.
 * @param rounds an odd number, as the median is what must hold
 */
export function tellLatency(debian: DebianVersion, rounds: number): void {
  const guest = sharedGuest({ debian, countsInstructions: true });

  test(`from the kernel's event to the mount it takes less than ${mountLimit} s, and to the end of a pulled disk's mount less than ${unmountLimit} s, the service not running`, async () => {
    const attached: Answer[] = [];
    const pulled: Answer[] = [];
    const yardsticks: Answer[] = [];
    for (let round = 0; round < rounds; round++) {
      yardsticks.push(await yardstick(guest()));
      const disk = await timed(guest(), 'add block', isMounted, () =>
        guest().attachDisk({ fileSystem: 'ext4', label: 'latency' }),
      );
      attached.push(disk.answer);
      pulled.push((await timed(guest(), 'remove block', `! ${isMounted}`, () => disk.done.detach())).answer);
      await guest().waitFor('! test -e /srv/latency');
    }
    console.log(`Debian ${debian}, event to mount: ${attached.map(show).join(', ')}`);
    console.log(`Debian ${debian}, event to the end of the mount: ${pulled.map(show).join(', ')}`);
    console.log(`Debian ${debian}, yardstick: ${yardsticks.map(show).join(', ')}`);
    expect(median(attached)).toBeLessThan(limitOf(mountLimit, yardsticks));
    expect(median(pulled)).toBeLessThan(limitOf(unmountLimit, yardsticks));
  });
}
