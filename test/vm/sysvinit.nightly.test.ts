import { describe } from 'vitest';
import { sharedGuest } from '../../lab/story.ts';
import { webServer } from './payloads.ts';
import { tellStoryWithoutSystemd } from './without-systemd-story.ts';

describe('Debian 12 with sysvinit in the place of systemd, started by the platform with a payload', () => {
  const guest = sharedGuest({
    debian: 12,
    system: 'sysvinit',
    payload: { config: webServer },
    disks: [{ fileSystem: 'ext4', label: 'first', serial: 'first', files: { note: 'hello\n' } }],
  });

  tellStoryWithoutSystemd(guest, 'service');
});
