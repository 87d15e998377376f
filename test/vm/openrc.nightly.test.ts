import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe } from 'vitest';
import { sharedGuest } from '../../lab/story.ts';
import { makeSwapDisk } from '../../lab/swap-disk.ts';
import { webServer } from './payloads.ts';
import { tellStoryWithoutSystemd } from './without-systemd-story.ts';

const scripts = join(import.meta.dirname, '../../init/openrc');

describe('Debian 12 with OpenRC, whose own scripts replace those of the deb, started again with a payload', () => {
  const guest = sharedGuest({
    debian: 12,
    system: 'openrc',
    disks: [{ fileSystem: 'ext4', label: 'first', serial: 'first', files: { note: 'hello\n' } }],
  });

  beforeAll(async () => {
    // In the run levels that Debian's OpenRC has for them: networking is in its sysinit, and bootstrap comes before that.
    for (const name of await readdir(scripts)) {
      await guest().writeFile(`/etc/init.d/${name}`, await readFile(join(scripts, name), 'utf8'));
    }
    const image = join(guest().folder, 'payload.img');
    await makeSwapDisk(image, { config: webServer });
    await guest().attachDisk({ image, serial: 'gandiswap', bus: 'virtio' });
    await guest().reboot();
    await guest().waitForBoot();
  });

  tellStoryWithoutSystemd(guest, 'rc-service');
});
