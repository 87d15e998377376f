import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe } from 'vitest';
import { sharedGuest } from './lab/story.ts';
import { makeSwapDisk } from './lab/swap-disk.ts';
import { webServer } from './payloads.ts';
import { tellStoryWithoutSystemd } from './without-systemd-story.ts';

const scripts = join(import.meta.dirname, '../../init/openrc');

describe('Debian 12 with OpenRC, whose own scripts replace those of the deb, started anew with a payload', () => {
  const guest = sharedGuest({
    debian: 12,
    system: 'openrc',
    disks: [{ fileSystem: 'ext4', label: 'first', serial: 'first', files: { note: 'hello\n' } }],
  });

  beforeAll(async () => {
    for (const name of await readdir(scripts)) {
      const text = await readFile(join(scripts, name), 'utf8');
      await guest().expect(`rc-update --all delete ${name}`);
      await guest().writeFile(`/etc/init.d/${name}`, text);
      // The second line of each says how it is enabled.
      const enable = /^# (rc-update add \S+ \S+)$/m.exec(text)?.[1];
      await guest().expect(enable ?? `echo '${name} does not say how it is enabled'; false`);
    }
    const image = join(guest().folder, 'payload.img');
    await makeSwapDisk(image, { config: webServer });
    await guest().attachDisk({ image, serial: 'gandiswap', bus: 'virtio' });
    await guest().reboot();
    await guest().waitForBoot();
  });

  tellStoryWithoutSystemd(guest, 'rc-service');
});
