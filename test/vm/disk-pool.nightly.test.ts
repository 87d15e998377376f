import { describe, expect } from 'vitest';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';
import { attachSettled, listedDisk } from './settled-disk.ts';

// Many attachments, each of which takes its time.
const timeout = 20 * 60_000;

describe('a Btrfs of several devices', () => {
  const guest = sharedGuest({ debian: 12 });

  test('a Btrfs of two devices waits for both; each is grown by its own number, also where none is number 1', {
    timeout,
  }, async () => {
    const serials = ['pool-a', 'pool-b', 'pool-c'] as const;
    const blank = [];
    for (const serial of serials) blank.push(await attachSettled(guest(), { serial, size: 256 }));
    const [a, b, c] = serials.map((serial) => `$(readlink -f /dev/disk/by-id/*${serial})`);
    await guest().expect(`mkfs.btrfs --quiet --label pool --data single --metadata single ${a} ${b}`);
    // The number 1 goes, as after `btrfs replace`.
    await guest().expect(
      `mount ${a} /mnt && btrfs device add ${c} /mnt && btrfs device delete ${a} /mnt && umount /mnt`,
    );
    for (const disk of blank) await disk.detach();
    await untilIdle(guest());
    // The kernel remembers devices that are gone, and would take the first that comes back for complete.
    await guest().expect('btrfs device scan --forget');
    const [, second = '', third = ''] = blank.map(({ image }) => image);

    const first = await attachSettled(guest(), { image: second, serial: 'pool-b' });
    expect(await listedDisk(guest(), 'pool-b')).toMatchObject({ state: 'left-alone', code: 'not-ready' });
    const last = await attachSettled(guest(), { image: third, serial: 'pool-c' });
    await guest().waitForMount('/srv/pool');
    await untilIdle(guest());
    const size = () => guest().expect('findmnt --bytes --noheadings --output=SIZE /srv/pool');
    expect(Number(await size())).toBe(512 * 2 ** 20);
    for (const [disk, mebibytes] of [
      [first, 768],
      [last, 1280],
    ] as const) {
      await disk.resize(disk === first ? 512 : 768);
      await guest().waitFor(
        `test "$(findmnt --bytes --noheadings --output=SIZE /srv/pool)" -eq ${mebibytes * 2 ** 20}`,
      );
    }
    await untilIdle(guest());
    for (const serial of ['pool-b', 'pool-c']) {
      expect(await listedDisk(guest(), serial)).toMatchObject({ state: 'mounted', mountPoint: '/srv/pool' });
    }
    await guest().expect('gandi-agent disk detach pool');
    await untilIdle(guest());
    for (const disk of [first, last]) await disk.detach();
    await guest().waitFor('! test -e /srv/pool');
  });
});
