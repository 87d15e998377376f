import { createHash } from 'node:crypto';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { makeDiskImage } from '../../lab/disk-image.ts';
import { makeFileSystemImage } from '../../lab/file-system-image.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';

// Many attachments and a boot.
const timeout = 20 * 60_000;

describe('a disk that an admin assigned to a path', () => {
  const guest = sharedGuest({ debian: 12 });
  const assign = (name: string, lines: readonly string[]) =>
    guest().writeFile(`/etc/gandi/disks.d/${name}.conf`, `${lines.join('\n')}\n`);
  const attach = async (serial: string, image?: string) => {
    const content = image === undefined ? { fileSystem: 'ext4' as const, label: 'db' } : { image };
    const disk = await guest().attachDisk({ ...content, serial });
    await guest().waitFor(`test -e /dev/disk/by-id/*${serial}`);
    await untilIdle(guest());
    return disk;
  };
  const deviceOf = (serial: string) => guest().expect(`readlink -f /dev/disk/by-id/*${serial}`);
  const mountOf = async (serial: string) =>
    guest().expect(`findmnt --noheadings --output=TARGET ${await deviceOf(serial)} || true`);
  const stateOf = async (serial: string) => {
    const answer = await guest().expect(`gandi-agent disk explain --json ${await deviceOf(serial)}`);
    const { state, code } = JSON.parse(answer).disk;
    return code ?? state;
  };
  const digestOf = async (path: string) =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex');

  test('is mounted there as the file says, over a boot too, and detached by its path', { timeout }, async () => {
    const service = '[Service]\nExecStart=sleep infinity\n';
    await guest().writeFile('/etc/systemd/system/user-of-db.service', service);
    await guest().writeFile('/etc/gandi/db-hook', '#!/bin/sh\necho "$GANDI_HOOK $3" >>/run/told\n');
    await guest().expect('chmod 755 /etc/gandi/db-hook && systemctl daemon-reload && systemctl start user-of-db');
    const how = ['OPTIONS=noatime,noexec', 'OWNER=backup', 'SERVICES=user-of-db', 'HOOK=/etc/gandi/db-hook'];
    await assign('db', ['SERIAL=vol-1', 'PATH=/var/lib/db/data', ...how]);
    expect(await guest().expect('gandi-agent validate /etc/gandi/disks.d/db.conf')).toMatch(/OK$/);
    const disk = await attach('vol-1');
    expect(await mountOf('vol-1')).toBe('/var/lib/db/data');
    const options = await guest().expect('findmnt --noheadings --output=OPTIONS /var/lib/db/data');
    expect(options.split(',')).toEqual(expect.arrayContaining(['rw', 'nosuid', 'nodev', 'noexec', 'noatime']));
    expect(await guest().expect('stat --format=%U:%G:%a /var/lib/db/data; cat /run/told')).toBe(
      'backup:backup:755\npost-disk-attach /var/lib/db/data',
    );
    expect(await guest().expect(`gandi-agent disk explain /var/lib/db/data`)).toMatch(
      /path +\/var\/lib\/db\/data, as \/etc\/gandi\/disks\.d\/db\.conf says/,
    );

    await guest().reboot();
    await guest().waitForBoot();
    expect(await mountOf('vol-1')).toBe('/var/lib/db/data');
    await untilIdle(guest());

    await guest().expect('systemctl start user-of-db && gandi-agent disk detach /var/lib/db/data');
    expect(await guest().run('systemctl is-active user-of-db')).toMatchObject({ exitCode: 3 });
    // Nothing is written beneath a mount that is not there, not even by root.
    const writeBeneath = 'touch /var/lib/db/data/beneath';
    expect(await guest().run(writeBeneath)).toMatchObject({ exitCode: 1 });
    await disk.detach();
    await untilIdle(guest());
    const again = await attach('vol-1', disk.image);
    await guest().expect('systemctl is-active user-of-db && systemctl stop user-of-db');
    expect(await mountOf('vol-1')).toBe('/var/lib/db/data');
    await again.detach();
    await untilIdle(guest());
    expect(await guest().run(writeBeneath)).toMatchObject({ exitCode: 1 });
    await guest().reboot();
    await guest().waitForBoot();
    expect(await guest().run(writeBeneath)).toMatchObject({ exitCode: 1 });
    await guest().expect('rm /etc/gandi/disks.d/db.conf');
    const last = await attach('other');
    await guest().waitFor('! test -e /var/lib/db/data');
    await last.detach();
    await untilIdle(guest());
  });

  test('a payload says it too, and the next one that has no such disk takes it back', { timeout }, async () => {
    const file = '/etc/gandi/disks.d/payload-db.conf';
    const apply = async (disks: unknown) => {
      await guest().expect('mkdir --parents /gandi');
      await guest().writeFile('/gandi/config', JSON.stringify({ disks }));
      await guest().expect('gandi-agent bootstrap --again', 120);
    };
    await apply({ db: { serial: 'vol-8', path: '/data/of payload', services: ['user-of-db.service'] } });
    expect(await guest().expect(`gandi-agent validate ${file}`)).toMatch(/OK$/);
    const disk = await attach('vol-8');
    expect(await mountOf('vol-8')).toBe('/data/of payload');
    await disk.detach();
    await untilIdle(guest());
    await guest().expect('echo CONFIG_ASSIGN_DISKS=0 >>/etc/default/gandi');
    await apply({});
    await guest().expect(`test -e ${file} && sed --in-place /CONFIG_ASSIGN_DISKS/d /etc/default/gandi`);
    await apply({});
    await guest().expect(`test ! -e ${file}`);
  });

  test('one path for two disks, and a file with a mistake: nothing is mounted, and why is said', {
    timeout,
  }, async () => {
    await assign('two', ['LABEL=db', 'PATH=/data/two']);
    const first = await attach('vol-2');
    expect(await mountOf('vol-2')).toBe('/data/two');
    const second = await attach('vol-3');
    expect([await mountOf('vol-2'), await mountOf('vol-3')]).toEqual(['/data/two', '']);
    expect(await stateOf('vol-3')).toBe('two-disks');
    await first.detach();
    await untilIdle(guest());
    await guest().expect(`gandi-agent disk attach ${await deviceOf('vol-3')}`);
    expect(await mountOf('vol-3')).toBe('/data/two');
    await second.detach();
    await untilIdle(guest());

    await assign('two', ['SERIAL=vol-4', 'PATH=/data/two', 'READONLY=yes']);
    const third = await attach('vol-4');
    expect([await mountOf('vol-4'), await stateOf('vol-4')]).toEqual(['', 'assignment-mistaken']);
    expect((await guest().run('gandi-agent status; gandi-agent doctor')).stdout).toMatch(
      /two\.conf: line 3: unknown key READONLY \(did you mean 'READ_ONLY'\?\)/,
    );
    await guest().expect('rm /etc/gandi/disks.d/two.conf');
    await guest().expect(`gandi-agent disk attach ${await deviceOf('vol-4')}`);
    expect(await mountOf('vol-4')).toBe('/srv/db');
    await third.detach();
    await untilIdle(guest());

    await assign('two', ['SERIAL=vol-4', 'PATH=/data/two']);
    await assign('three', ['SERIAL=vol-5', 'PATH=/data/two']);
    const { exitCode, stderr } = await guest().run('gandi-agent validate');
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^\S+\/two\.conf: PATH: \/data\/two is the path of \S+\/three\.conf too, /m);
    expect(stderr).toMatch(/^\S+\/three\.conf: PATH: \/data\/two is the path of \S+\/two\.conf too, /m);
    await guest().expect('rm /etc/gandi/disks.d/two.conf /etc/gandi/disks.d/three.conf');
  });

  test('CONFIG_SNAPSHOTS=1: a copy is mounted read-only beside its original, whichever comes first in a boot', {
    timeout,
  }, async () => {
    await guest().expect("sed -i 's|^CONFIG_SNAPSHOTS=.*|CONFIG_SNAPSHOTS=1|' /etc/default/gandi");
    const image = join(guest().folder, 'original.img');
    await makeFileSystemImage('xfs', image, 'volume');
    // The kernel finds the disk with the lower number first: after the boot it is the copy.
    const first = await attach('orig', image);
    await guest().expect('echo kept >/srv/volume/kept && sync');
    await first.detach();
    await untilIdle(guest());
    await copyFile(image, `${image}.copy`);
    const before = await digestOf(`${image}.copy`);
    const copy = await attach('snap-1', `${image}.copy`);
    const original = await attach('orig', image);
    const isAsItShouldBe = async () => {
      expect([await mountOf('orig'), await mountOf('snap-1')]).toEqual(['/srv/volume', '/srv/snap-1']);
      await guest().expect('touch /srv/volume/written && ls /srv/snap-1');
      expect(await guest().run('touch /srv/snap-1/written')).toMatchObject({ exitCode: 1 });
    };
    await isAsItShouldBe();
    await guest().reboot();
    await guest().waitForBoot();
    await isAsItShouldBe();
    await guest().expect('gandi-agent disk detach /srv/snap-1');
    await copy.detach();
    await untilIdle(guest());
    expect(await digestOf(`${image}.copy`)).toBe(before);
    await original.detach();
    await untilIdle(guest());
    await guest().expect("sed -i 's|^CONFIG_SNAPSHOTS=.*|CONFIG_SNAPSHOTS=0|' /etc/default/gandi");
  });

  test('READ_ONLY=yes: not one byte of its image changes, though its machine was cut off while it wrote', {
    timeout,
  }, async () => {
    const images = join(guest().folder, 'read-only');
    await makeDiskImage(`${images}.ext4`, { fileSystem: 'ext4', label: 'ext4' });
    await makeFileSystemImage('xfs', `${images}.xfs`, 'xfs');
    await makeFileSystemImage('btrfs', `${images}.btrfs`, 'btrfs');
    await makeFileSystemImage('vfat', `${images}.vfat`, 'VFAT');
    for (const type of ['ext4', 'xfs', 'btrfs', 'vfat']) {
      const image = `${images}.${type}`;
      await guest().expect('rm -f /etc/gandi/disks.d/kept.conf');
      const written = await attach(`cut-${type}`, image);
      const folder = await mountOf(`cut-${type}`);
      await guest().expect(`echo kept >${folder}/kept; sync; echo late >${folder}/late; sync ${folder}/late`);
      await copyFile(image, `${image}.cut`);
      await written.detach();
      await untilIdle(guest());
      const before = await digestOf(`${image}.cut`);
      await assign('kept', [`SERIAL=kept-${type}`, 'PATH=/data/kept', 'READ_ONLY=yes', 'OWNER=backup']);
      const kept = await attach(`kept-${type}`, `${image}.cut`);
      expect([type, await mountOf(`kept-${type}`)]).toEqual([type, '/data/kept']);
      await guest().expect('find /data/kept -type f -exec cat {} + >/dev/null');
      expect(
        await guest().run(`touch /data/kept/x || dd if=/dev/zero of=${await deviceOf(`kept-${type}`)} count=1`),
      ).not.toMatchObject({
        exitCode: 0,
      });
      await guest().expect('gandi-agent disk detach /data/kept');
      await kept.detach();
      await untilIdle(guest());
      expect([type, (await digestOf(`${image}.cut`)) === before]).toEqual([type, true]);
    }
  });
});
