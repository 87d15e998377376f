import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { makeDiskImage } from '../../lab/disk-image.ts';
import type { GuestDisk } from '../../lab/guest.ts';
import { runOnHost } from '../../lab/host-command.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';
import { attachSettled } from './settled-disk.ts';

// Many attachments, each of which takes its time.
const timeout = 20 * 60_000;

/** Disks that come with the label, or with label and UUID, of one that is away for a moment. */
describe('a disk that is not the one that was here before', () => {
  const guest = sharedGuest({ debian: 12 });

  const attach = (image: string, serial: string) => attachSettled(guest(), { image, serial });
  const pull = async (disk: GuestDisk) => {
    await disk.detach();
    await untilIdle(guest());
  };
  const mountedAt = (serial: string) =>
    guest().expect(`findmnt --noheadings --output=TARGET $(readlink -f /dev/disk/by-id/*${serial}) || true`);
  const unitState = () => guest().expect('systemctl is-active waiter || true');
  const note = (serial: string) =>
    guest().expect(`gandi-agent status | grep "^$(readlink -f /dev/disk/by-id/*${serial}) "`);

  test("services, names and refusals are the disk's own: not those of another with its label, or with its UUID", {
    timeout,
  }, async () => {
    const images = ['own', 'stranger', 'copy'].map((name) => join(guest().folder, `${name}.img`));
    const [own = '', stranger = '', copy = ''] = images;
    await makeDiskImage(own, { fileSystem: 'ext4', label: 'db', files: { version: 'own' }, size: 16 });
    await makeDiskImage(stranger, { fileSystem: 'ext4', label: 'db', files: { version: 'of a stranger' }, size: 16 });
    await copyFile(own, copy);
    await runOnHost('debugfs', ['-w', '-R', 'rm version', copy]);
    const service = '[Service]\nExecStart=/bin/sh -c "cat /srv/db/version; exec sleep infinity"\n';
    await guest().writeFile('/etc/systemd/system/waiter.service', service);
    await guest().writeFile('/etc/gandi/services.d/db', 'waiter\n');

    let mine = await attach(own, 'mine');
    await guest().expect('systemctl daemon-reload && systemctl start waiter');
    await pull(mine);
    expect(await unitState()).toBe('inactive');

    // Its label.
    const other = await attach(stranger, 'strange');
    expect([await mountedAt('strange'), await unitState()]).toEqual(['/srv/db', 'inactive']);
    expect(await note('strange')).toMatch(/waiter\.service waits for the disk that was here before/);
    mine = await attach(own, 'mine');
    expect([await mountedAt('mine'), await unitState()]).toEqual(['/srv/db_2', 'inactive']);
    expect(await note('mine')).toMatch(/its own folder db is taken/);
    await pull(other);
    await pull(mine);
    mine = await attach(own, 'mine');
    expect([await mountedAt('mine'), await unitState()]).toEqual(['/srv/db', 'active']);
    await pull(mine);
    expect(await unitState()).toBe('inactive');

    // Its label and UUID.
    const clone = await attach(copy, 'cloned');
    expect([await mountedAt('cloned'), await unitState()]).toEqual(['/srv/db', 'inactive']);
    expect(await note('cloned')).toMatch(/known from a disk with the serial mine, and this one has the serial cloned/);
    mine = await attach(own, 'mine');
    expect([await mountedAt('mine'), await unitState()]).toEqual(['', 'inactive']);
    await clone.detach();
    await guest().waitForMount('/srv/db');
    await untilIdle(guest());
    expect([await mountedAt('mine'), await unitState()]).toEqual(['/srv/db', 'active']);
    expect(await guest().readFile('/srv/db/version')).toBe('own');

    await guest().expect('systemctl stop waiter && rm /etc/gandi/services.d/db');
    await pull(mine);
    await guest().waitFor('! test -e /srv/db');
  });
});
