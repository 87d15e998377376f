import { expect } from 'vitest';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';

const minute = 60_000;
const volume = '/var/lib/backups';
const container = (folder: string) =>
  `podman run --rm --network=none --rootfs --volume=${folder}:/data /opt/root busybox sh -c 'echo backup >/data/file'`;

/**
 * An engine that starts a container whose volume is a folder of the host makes that folder where it is missing, and writes to the
 * file system of `/` until that is full (docker-timemachine, issue 150).
 */
const guest = sharedGuest({ debian: 12, system: 'containers', memory: 1024 });

test('a container whose volume is the path of a disk writes to that disk, or nowhere', {
  timeout: 30 * minute,
}, async () => {
  await guest().expect('mkdir -p /opt/root/bin && cp /bin/busybox /opt/root/bin/ && ln -s busybox /opt/root/bin/sh');
  await guest().writeFile('/etc/gandi/disks.d/backups.conf', `SERIAL=backups\nPATH=${volume}\nSERVICES=backup\n`);
  await guest().writeFile(
    '/etc/systemd/system/backup.service',
    `[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=${container(volume)}\n`,
  );
  await guest().expect('systemctl daemon-reload');

  await guest().expect(`mkdir /opt/free && ${container('/opt/free')} && grep --quiet backup /opt/free/file`, 120);

  // No disk has come yet: a boot is what protects the folder.
  await guest().reboot();
  await guest().waitForBoot();
  await untilIdle(guest());
  const early = await guest().run(container(volume), 120);
  expect(early.exitCode).not.toBe(0);
  expect(early.stderr).toMatch(/not permitted|read-only/i);
  expect(await guest().expect(`ls -A ${volume}`)).toBe('');

  const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'backups', serial: 'backups' });
  await guest().waitForMount(volume);
  await untilIdle(guest());
  await guest().expect('systemctl start backup', 120);
  expect(await guest().expect(`cat ${volume}/file; findmnt --noheadings --output=TARGET --target=${volume}/file`)).toBe(
    `backup\n${volume}`,
  );

  await guest().expect(`gandi-agent disk detach ${volume}`);
  expect(await guest().run('systemctl is-active --quiet backup')).not.toMatchObject({ exitCode: 0 });
  await disk.detach();
  await untilIdle(guest());
  expect(await guest().run(container(volume), 120)).not.toMatchObject({ exitCode: 0 });
  expect(await guest().expect(`ls -A ${volume}`)).toBe('');

  await guest().attachDisk({ image: disk.image, serial: 'backups' });
  await guest().waitFor('systemctl is-active --quiet backup', 120);
  expect(await guest().expect(`cat ${volume}/file`)).toBe('backup');
});
