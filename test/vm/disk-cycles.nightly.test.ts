import { describe, expect } from 'vitest';
import type { Guest } from '../../lab/guest.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';

const cycles = Number(process.env.GANDI_CYCLES ?? 200);
const minutes = 60;
// Pages of the kernel's own that come and go; a leak of ours would be a disk's worth of them in each cycle.
const allowedMebibytes = 16;

describe('a disk that comes and goes', () => {
  const guest = sharedGuest({ debian: 12 });

  test(`${cycles} times: none is lost, nothing is left, and the memory of the guest is where it began`, {
    timeout: minutes * 60_000,
  }, async () => {
    // What is loaded and cached for the first disk is not a leak.
    await cycle(guest(), 'mounted');
    const before = await availableMebibytes(guest());
    let lost = 0;
    for (let number = 1; number <= cycles; number += 1) {
      // Every fifth is pulled before the agent can have done with it.
      lost += await cycle(guest(), number % 5 === 0 ? 'at once' : 'mounted');
    }
    await untilIdle(guest());
    const stale = Number(
      await guest().expect('findmnt --raw --noheadings --output=TARGET | grep --count ^/srv/ || true'),
    );
    const folders = Number(await guest().expect('ls /srv | wc --lines'));
    const records = Number(await guest().expect('ls /run/gandi/disks | wc --lines'));
    const less = before - (await availableMebibytes(guest()));
    console.log(
      `${cycles} cycles: ${lost} lost, ${stale} stale mounts, ${folders} left folders, ${less.toFixed(1)} MiB less memory`,
    );
    expect({ lost, stale, folders, records }).toEqual({ lost: 0, stale: 0, folders: 0, records: 0 });
    expect(less).toBeLessThan(allowedMebibytes);
  });
});

/** @returns how many disks were not mounted that should have been */
async function cycle(guest: Guest, until: 'mounted' | 'at once'): Promise<number> {
  const disk = await guest.attachDisk({ fileSystem: 'ext4', label: 'cycle', size: 8 });
  const seconds = 60;
  const isMounted =
    until === 'at once' ||
    (
      await guest.run(
        `for i in $(seq ${seconds * 5}); do findmnt /srv/cycle >/dev/null && exit; sleep 0.2; done; exit 1`,
      )
    ).exitCode === 0;
  await disk.detach();
  await guest.waitFor('! findmnt /srv/cycle && ! test -e /srv/cycle');
  return isMounted ? 0 : 1;
}

async function availableMebibytes(guest: Guest): Promise<number> {
  await untilIdle(guest);
  const kibibytes = await guest.expect(
    "sync; echo 3 >/proc/sys/vm/drop_caches; sed --quiet 's/^MemAvailable: *\\([0-9]*\\).*/\\1/p' /proc/meminfo",
  );
  return Number(kibibytes) / 1024;
}
