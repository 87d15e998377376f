import { describe, expect } from 'vitest';
import type { z } from 'zod';
import { type ListedDisk, diskListSchema } from '../../src/agent/disk/describe-disk.ts';
import { doctorReportSchema } from '../../src/agent/doctor/finding.ts';
import { networkReportSchema } from '../../src/agent/status/network-report.ts';
import { statusReportSchema } from '../../src/agent/status/status-report.ts';
import { timelineReportSchema } from '../../src/agent/status/timeline-report.ts';
import type { AttachedDisk } from '../../lab/guest.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';

/** Volumes as each platform attaches them: what udev makes ID_SERIAL and ID_VENDOR of. */
const volumes: Readonly<Record<string, AttachedDisk>> = {
  hetzner: { vendor: 'HC', product: 'Volume', serial: '4711' },
  digitalocean: { vendor: 'DO', product: 'Volume', serial: 'backup' },
  gce: { vendor: 'Google', product: 'PersistentDisk', serial: 'data' },
  scaleway: { vendor: 'SCW', product: 'b_ssd', serial: 'volume-1' },
  openstack: { bus: 'virtio', serial: '0b6dbbcd-1d3e-4f0a-9' },
  virtio: { bus: 'virtio', serial: 'any' },
  'all-but-system': { vendor: 'QEMU', product: 'QEMU_HARDDISK', serial: 'plain' },
};

describe('a machine that is not Gandi’s', () => {
  const guest = sharedGuest({ debian: 12, manufacturer: 'Hetzner' });

  const disks = async (): Promise<ListedDisk[]> =>
    diskListSchema.parse(JSON.parse(await guest().expect('gandi-agent disk list --json'))).disks;
  const diskOf = async (serial: string) => (await disks()).find((disk) => disk.serial?.endsWith(serial));
  const setPlatforms = (words: string) =>
    guest().expect(`sed --in-place 's/^CONFIG_DATA_DISKS=.*/CONFIG_DATA_DISKS="${words}"/' /etc/default/gandi`);

  test('auto takes the volumes of the platform that the DMI names, and lists others with the word that would take them', async () => {
    const own = await guest().attachDisk({ ...volumes.hetzner, fileSystem: 'ext4', label: 'own' });
    await guest().waitForMount('/srv/own');
    const other = await guest().attachDisk({ ...volumes.digitalocean, fileSystem: 'ext4', label: 'other' });
    await guest().waitFor('test -e /dev/disk/by-label/other');
    await untilIdle(guest());
    expect(await diskOf('4711')).toMatchObject({ markedBy: 'hetzner', state: 'mounted', isMountedByAgent: true });
    expect(await diskOf('backup')).toMatchObject({
      isMarked: false,
      looksLike: 'digitalocean',
      code: 'not-a-data-disk',
    });
    const { findings } = doctorReportSchema.parse(JSON.parse((await guest().run('gandi-agent doctor --json')).stdout));
    const fix = findings.find(({ code }) => code === 'disk-not-managed')?.fix ?? '';
    // The remedy is run as it is written.
    await setPlatforms(/CONFIG_DATA_DISKS="([^"]*)"/.exec(fix)?.[1] ?? '');
    await guest().expect(/`([^`]*)`/.exec(fix)?.[1] ?? 'false');
    await guest().waitForMount('/srv/other');
    await untilIdle(guest());
    expect(await diskOf('4711')).toMatchObject({ markedBy: 'hetzner', isMarked: true });
    await own.detach();
    await other.detach();
  });

  test.each(Object.keys(volumes))(
    'CONFIG_DATA_DISKS=%s has its volumes mounted, and not the system disk',
    async (word) => {
      await setPlatforms(`${word} gandi`);
      const disk = await guest().attachDisk({ ...volumes[word], fileSystem: 'ext4', label: word });
      await guest().waitForMount(`/srv/${word}`);
      await untilIdle(guest());
      expect((await disks()).filter(({ markedBy }) => markedBy === word)).toContainEqual(
        expect.objectContaining({ label: word, isMountedByAgent: true }),
      );
      expect(await guest().expect('findmnt --list --noheadings --output=TARGET,SOURCE | grep --count "^/srv/"')).toBe(
        '1',
      );
      expect(await diskOf('lab-root')).toMatchObject({ state: 'left-alone', code: 'system-disk' });
      await disk.detach();
      await guest().waitFor(`! test -e /srv/${word}`);
    },
  );

  test('CONFIG_DATA_DISKS=ebs has NVMe disks of that model mounted, and no others; without it they are shown with that word', async () => {
    await setPlatforms('ebs');
    const disk = await guest().attachDisk({ bus: 'nvme', serial: 'vol0123', fileSystem: 'ext4', label: 'ebs' });
    await guest().waitFor('test -e /dev/disk/by-label/ebs');
    await untilIdle(guest());
    expect(await diskOf('vol0123')).toMatchObject({ isMarked: false, looksLike: null });
    // QEMU has one model only, so the kernel is made to tell another.
    const model = '/sys/class/nvme/nvme0/model';
    await guest().expect(`echo 'Amazon Elastic Block Store' >/run/model && mount --bind /run/model ${model}`);
    await setPlatforms('gandi');
    await guest().expect('udevadm trigger --action=add --settle /dev/nvme0n1');
    await untilIdle(guest());
    expect(await diskOf('vol0123')).toMatchObject({
      isMarked: false,
      looksLike: 'ebs',
      code: 'not-a-data-disk',
      next: expect.stringMatching(/CONFIG_DATA_DISKS="(?:[a-z-]+ )*ebs"/),
    });
    await setPlatforms('ebs');
    await guest().expect('udevadm trigger --action=add /dev/nvme0n1');
    await guest().waitForMount('/srv/ebs');
    await untilIdle(guest());
    expect(await diskOf('vol0123')).toMatchObject({ markedBy: 'ebs', isMountedByAgent: true });
    await guest().expect(`umount ${model}`);
    await disk.detach();
    await guest().waitFor('! test -e /srv/ebs');
  });

  test('disk attach refuses what it does not do, with status 4, one sentence and no record', async () => {
    await setPlatforms('gandi');
    const blank = await guest().attachDisk({ serial: 'blank' });
    const foreign = await guest().attachDisk({
      fileSystem: 'ext4',
      label: 'foreign',
      vendor: 'QEMU',
      serial: 'foreign',
    });
    await guest().waitFor('test -e /dev/disk/by-label/foreign');
    await untilIdle(guest());
    for (const [word, reason] of [
      ['blank', 'blank'],
      ['foreign', 'not-a-data-disk'],
      ['/dev/vda', 'system-disk'],
    ]) {
      const { exitCode, stdout, stderr } = await guest().run(`gandi-agent disk attach ${word}`);
      expect({ word, exitCode, stdout, stderr }).toMatchObject({
        exitCode: 4,
        stdout: '',
        stderr: expect.stringContaining(`(disk.${reason})`),
      });
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
    expect(await guest().expect('ls /run/gandi/disks')).not.toContain('vda');
    await blank.detach();
    await foreign.detach();
  });

  test.each(['scsi', 'virtio'] as const)(
    'a %s disk is detached and attached again by any of its names, in one line each',
    async (bus) => {
      await setPlatforms('virtio');
      const disk = await guest().attachDisk({
        fileSystem: 'ext4',
        label: `my-${bus}`,
        serial: `ser-${bus}`,
        bus,
        size: 64,
      });
      await guest().waitForMount(`/srv/my-${bus}`);
      await untilIdle(guest());
      const detached = await guest().run(`gandi-agent disk detach ser-${bus}`);
      expect(detached).toMatchObject({
        exitCode: 0,
        stderr: '',
        stdout: expect.stringMatching(/^\/dev\/\w+ is detached; it may be removed now\n$/),
      });
      await guest().waitFor(`! test -e /dev/disk/by-label/my-${bus}`);
      await untilIdle(guest());
      expect(await guest().expect(`gandi-agent disk explain my-${bus}`)).toMatch(
        /was detached at [\d:]+; it may be removed now/,
      );
      const attached = await guest().run(`gandi-agent disk attach my-${bus}`, 90);
      expect(attached).toMatchObject({
        exitCode: 0,
        stderr: '',
        stdout: expect.stringMatching(
          new RegExp(`^/dev/\\w+ \\(ext4, 64 MiB, "my-${bus}"\\) mounted at /srv/my-${bus}\\n$`),
        ),
      });
      await untilIdle(guest());
      expect(await guest().run(`gandi-agent disk attach my-${bus}`)).toMatchObject({
        exitCode: 0,
        stdout: attached.stdout,
      });
      await disk.detach();
      await guest().waitFor(`! test -e /srv/my-${bus}`);
    },
  );

  test('what is said of a disk is what is: unmounted by hand, hidden, mounted elsewhere', async () => {
    await setPlatforms('gandi');
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'seen', serial: 'seen' });
    await guest().waitForMount('/srv/seen');
    await untilIdle(guest());
    await guest().expect('umount /srv/seen');
    expect(await diskOf('seen')).toMatchObject({ state: 'unmounted', mountPoint: null });
    // It ends with 1, as disks were pulled before.
    expect((await guest().run('gandi-agent status')).stdout).toContain('somebody unmounted it');
    await guest().expect('gandi-agent disk attach seen && mount -t tmpfs none /srv');
    expect(await diskOf('seen')).toMatchObject({ state: 'hidden', mountPoint: '/srv/seen' });
    await guest().expect('umount /srv && gandi-agent disk detach seen');
    await disk.detach();
  });

  test('an ordinary user reads the reports; all else says in one line that it needs root, and nothing is logged', async () => {
    const as = (command: string) =>
      guest().run(`setpriv --reuid=nobody --regid=nogroup --clear-groups -- gandi-agent ${command}`);
    for (const [command, form] of [
      ['status --json', statusReportSchema],
      ['disk list --json', diskListSchema],
      ['timeline --json', timelineReportSchema],
      ['network show --json', networkReportSchema],
    ] as const satisfies readonly (readonly [string, z.ZodType])[]) {
      const { exitCode, stdout, stderr } = await as(command);
      expect({ command, stderr }).toEqual({ command, stderr: '' });
      expect([0, 1, 5]).toContain(exitCode);
      form.parse(JSON.parse(stdout));
    }
    const { stages } = statusReportSchema.parse(JSON.parse((await as('status --json')).stdout));
    expect(Object.keys(stages)).toEqual(expect.arrayContaining(['bootstrap', 'config', 'mount']));
    for (const command of ['mount', 'doctor', 'disk detach /dev/sdb', 'bootstrap']) {
      const { exitCode, stdout, stderr } = await as(command);
      expect({ command, exitCode, stdout }).toMatchObject({ exitCode: 2, stdout: '' });
      expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('needs root; try: sudo gandi-agent')]);
    }
    expect((await as('timeline')).stdout).toMatch(/^AT +UDEV +WAITED +TOOK +WHAT\n/);
    expect(await guest().expect('journalctl --boot _UID=65534 --output=cat | grep --count . || true')).toBe('0');
    expect(await guest().expect('stat --format=%a /run/gandi /run/gandi/spool')).toBe('711\n700');
  });

  test('what failed while hotplug worked stays in status and doctor', async () => {
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'pulled', serial: 'pulled' });
    await guest().waitForMount('/srv/pulled');
    await untilIdle(guest());
    await disk.detach();
    await guest().waitFor('! test -e /srv/pulled');
    await untilIdle(guest());
    const { exitCode, stdout } = await guest().run('gandi-agent status');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^hotplug +failed/m);
    expect((await guest().run('gandi-agent doctor')).stdout).toMatch(
      /^PROBLEM +remove \/dev\/\w+: the disk of \/srv\/pulled/m,
    );
  });

  test('a stage that is run again by hand keeps what it did at boot', async () => {
    await guest().expect('systemctl restart gandi-config');
    const status = JSON.parse((await guest().run('gandi-agent status --json')).stdout);
    const { config } = statusReportSchema.parse(status).stages;
    expect(config?.first?.changed.length).toBeGreaterThan(0);
    expect(config?.startedAt).toBeGreaterThan(config?.first?.endedAt ?? Number.POSITIVE_INFINITY);
  });

  test('a replay of all disks is no slow one in the timeline, and a picture is drawn', async () => {
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'again', serial: 'again' });
    await guest().waitForMount('/srv/again');
    await untilIdle(guest());
    await guest().expect('systemctl restart gandi-mount', 120);
    const { events } = timelineReportSchema.parse(JSON.parse(await guest().expect('gandi-agent timeline --json')));
    const device = (await diskOf('again'))?.device;
    const own = events.filter((event) => event.device === device && event.action === 'add');
    expect(own.length).toBeGreaterThan(1);
    expect(own.at(-1)).toMatchObject({ isSynthetic: true, seenAt: null });
    expect(await guest().expect('gandi-agent timeline --svg')).toMatch(/^<svg [\s\S]*<\/svg>$/);
    await guest().expect('gandi-agent disk detach again');
    await disk.detach();
  });

  test('simple-init by hand is refused where no drive is, and changes nothing', async () => {
    const look = 'ls -R /etc/network; md5sum /etc/network/interfaces; ls -l /etc/resolv.conf 2>&1; true';
    const before = await guest().expect(look);
    const { exitCode, stderr } = await guest().run('gandi-agent simple-init');
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('simple-init.no-drive'),
    });
    expect(await guest().expect(look)).toBe(before);
  });
});
