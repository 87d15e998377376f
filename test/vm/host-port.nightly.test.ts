import { describe, expect } from 'vitest';
import type { GuestPort } from '../../lab/guest-port.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';

describe('a platform that gives its guest a port', () => {
  let told: GuestPort;
  const guest = sharedGuest({
    debian: 12,
    prepare: async (machine) => {
      told = await machine.attachPort('org.gandi.agent.0');
    },
  });
  /** The number of lines that were read already. */
  let read = 0;
  const next = async () => JSON.parse(await told.line(read++, 60));

  test('is told that the boot has ended, and of each thing that becomes of a disk once', async () => {
    expect(await next()).toMatchObject({ version: 1, sequence: 1, event: 'booted', reason: null, device: null });

    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'told', serial: 'vol-1' });
    const attached = await next();
    expect(attached).toMatchObject({
      sequence: 2,
      event: 'attached',
      serial: 'vol-1',
      path: '/srv/told',
      reason: null,
    });
    await untilIdle(guest());
    await guest().expect('systemctl restart gandi-mount');
    await untilIdle(guest());

    await disk.resize(256);
    expect(await next()).toMatchObject({ sequence: 3, event: 'grown', path: '/srv/told', bytes: 256 * 1024 * 1024 });
    await untilIdle(guest());

    await guest().expect('gandi-agent disk detach told');
    expect(await next()).toMatchObject({ sequence: 4, event: 'detached', serial: 'vol-1', reason: null });
    await untilIdle(guest());
    await disk.detach();

    const blank = await guest().attachDisk({ serial: 'vol-2' });
    expect(await next()).toMatchObject({ sequence: 5, event: 'refused', serial: 'vol-2', path: null, reason: 'blank' });
    await blank.detach();

    const pulled = await guest().attachDisk({ fileSystem: 'ext4', label: 'pulled', serial: 'vol-3' });
    expect(await next()).toMatchObject({ sequence: 6, event: 'attached', path: '/srv/pulled' });
    await pulled.detach();
    expect(await next()).toMatchObject({ sequence: 7, event: 'detached', serial: 'vol-3', reason: 'disk.gone' });
    await untilIdle(guest());
    expect(told.lines).toHaveLength(7);
  });
});
