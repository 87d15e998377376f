import { describe, expect } from 'vitest';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';

const timeout = 20 * 60_000;

describe.each([12, 13] as const)('a service with RequiresMountsFor= of an assigned path, Debian %i', (debian) => {
  const guest = sharedGuest({ debian });
  const folder = '/var/lib/db/the data';
  const service = 'needs-db.service';
  const stateOf = async (unit: string) => (await guest().run(`systemctl is-active ${unit}`)).stdout.trim();
  test('waits for the disk, and starts with it mounted', { timeout }, async () => {
    const needs = `[Unit]\nRequiresMountsFor="${folder}/below"\n[Install]\nWantedBy=multi-user.target\n`;
    const started = `[Service]\nExecStartPre=mountpoint "${folder}"\nExecStart=sleep infinity\n`;
    await guest().writeFile(`/etc/systemd/system/${service}`, `${needs}${started}`);
    await guest().writeFile('/etc/gandi/disks.d/db.conf', `SERIAL=vol-1\nPATH="${folder}"\n`);
    await guest().expect(
      `systemctl daemon-reload && systemctl enable ${service} && systemctl start --no-block ${service}`,
    );
    await guest().waitFor('systemctl list-jobs | grep "gandi-assigned@.*running"');
    expect(await stateOf(service)).toBe('inactive');
    await guest().attachDisk({ fileSystem: 'ext4', label: 'db', serial: 'vol-1' });
    await guest().waitFor(`systemctl is-active ${service}`);
    expect(await guest().expect(`findmnt --noheadings --output=SOURCE --mountpoint "${folder}"`)).toMatch(/^\/dev\/sd/);
    expect(await guest().expect('gandi-agent disk explain db')).toMatch(
      /the data, as \/etc\/gandi\/disks\.d\/db\.conf says/,
    );
  });

  test('does so at a boot, where nothing fails', { timeout }, async () => {
    await guest().reboot();
    await guest().waitForBoot();
    expect(await stateOf(service)).toBe('active');
    expect(await guest().expect('systemctl list-units --failed --plain --no-legend')).toBe('');
    const unit = `$(systemd-escape --path --suffix=mount "${folder}")`;
    expect(await guest().expect(`systemctl show --property=ActiveState,FragmentPath ${unit}`)).toMatch(
      /FragmentPath=\/run\/systemd\/generator\.late\/.*\nActiveState=active|ActiveState=active\nFragmentPath=\/run\/systemd\/generator\.late\//,
    );
  });

  test('is stopped and started again with the disk, and fails where the disk does not come', { timeout }, async () => {
    await untilIdle(guest());
    await guest().expect('gandi-agent disk detach db');
    expect(await stateOf(service)).toBe('inactive');
    await guest().expect('gandi-agent disk attach db');
    await guest().waitFor(`systemctl is-active ${service}`);
    await guest().expect('gandi-agent disk detach db');
    await guest().expect('mkdir -p /run/systemd/system/gandi-assigned@.service.d');
    await guest().writeFile(
      '/run/systemd/system/gandi-assigned@.service.d/soon.conf',
      '[Service]\nTimeoutStartSec=3\n',
    );
    await guest().expect('systemctl daemon-reload');
    const { exitCode, stderr } = await guest().run(`systemctl start ${service}`);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/dependency/) });
    expect(await stateOf(service)).toBe('inactive');
    expect(await guest().expect(`ls -A "${folder}"`)).toBe('');
    await guest().expect('rm -r /run/systemd/system/gandi-assigned@.service.d && systemctl daemon-reload');
  });

  test('waits too if a payload assigns the path after its start was queued, as in a first boot', {
    timeout,
  }, async () => {
    const hold = '[Service]\nType=oneshot\nExecStart=/bin/sh -c "until test -e /run/go; do sleep 0.2; done"\n';
    await guest().writeFile('/etc/systemd/system/hold.service', hold);
    const needs = '[Unit]\nAfter=hold.service\nRequiresMountsFor=/data/pg\n[Service]\nExecStart=sleep infinity\n';
    await guest().writeFile('/etc/systemd/system/needs-pg.service', needs);
    await guest().expect('systemctl daemon-reload && systemctl start --no-block hold.service needs-pg.service');
    await guest().expect('mkdir --parents /gandi');
    await guest().writeFile('/gandi/config', JSON.stringify({ disks: { pg: { serial: 'vol-2', path: '/data/pg' } } }));
    await guest().expect('gandi-agent bootstrap --again', 120);
    await guest().expect('touch /run/go');
    await guest().waitFor('systemctl list-jobs | grep "gandi-assigned@.*running"');
    await guest().waitFor('! systemctl is-active hold.service');
    expect(await stateOf('needs-pg.service')).toBe('inactive');
    await guest().attachDisk({ fileSystem: 'ext4', label: 'pg', serial: 'vol-2' });
    await guest().waitFor('systemctl is-active needs-pg.service');
    expect(await guest().expect('findmnt --noheadings --output=TARGET /data/pg')).toBe('/data/pg');
  });
});
