import { describe, expect } from 'vitest';
import type { Guest, GuestDisk } from '../../lab/guest.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';

// Each row of docs/comparison.md is a test of the first block and one of the second.
const timeout = 20 * 60_000;
const rules = '/usr/lib/udev/rules.d/86-gandi.rules';
const keptRules = '/root/86-gandi.rules';

describe('one volume, with and without the agent', () => {
  const guest = sharedGuest({ debian: 12, system: 'peers' });

  /** Attaches an ext4 labelled `data`, and waits until all who listen to udev were told. */
  async function attach(serial: string): Promise<GuestDisk> {
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'data', serial, size: 64 });
    await guest().waitFor(`test -e ${linkTo(serial)}`);
    await guest().expect('udevadm settle');
    return disk;
  }

  async function attachBlank(serial: string): Promise<GuestDisk> {
    const disk = await guest().attachDisk({ serial, size: 64 });
    await guest().waitFor(`test -e ${linkTo(serial)}`);
    await guest().expect('udevadm settle');
    return disk;
  }

  describe('cloud-init and udisks2 alone', () => {
    const disks: GuestDisk[] = [];

    test('a disk that is attached is mounted by neither', { timeout }, async () => {
      await guest().expect(
        'systemctl mask --now $(systemctl list-unit-files --plain --no-legend "gandi-*" | cut -f1 -d" ")',
      );
      await guest().expect(`mv ${rules} ${keptRules} && udevadm control --reload && systemctl start udisks2`);
      expect(await guest().expect('systemctl is-active udisks2')).toBe('active');
      console.info(
        await guest().expect('cloud-init --version 2>&1; udisksctl status >/dev/null && dpkg-query --show udisks2'),
      );
      disks.push(await attach('first'));
      expect((await mountsOf(guest(), 'first')).mounts).toEqual([]);
    });

    test('udisks2 mounts on request, and gives a second disk of one label another folder', { timeout }, async () => {
      disks.push(await attach('second'));
      expect(await mountByUdisks(guest(), 'first')).toMatch(/^\/\S+\/data$/);
      expect(await mountByUdisks(guest(), 'second')).toMatch(/^\/\S+\/data1$/);
    });

    test('udisks2 refuses a blank disk, and does not say that it is blank', { timeout }, async () => {
      const blank = await attachBlank('blank1');
      const { exitCode, stderr } = await guest().run(`udisksctl mount --block-device ${linkTo('blank1')}`);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: expect.stringContaining('is not a mountable filesystem'),
      });
      await blank.detach();
    });

    test('udisks2 refuses to unmount a disk in use, and does not name the program', { timeout }, async () => {
      const { mounts } = await mountsOf(guest(), 'first');
      await guest().expect(`cd ${mounts[0]} && (sleep 600 >/dev/null 2>&1 </dev/null &)`);
      const { exitCode, stderr } = await guest().run(`udisksctl unmount --block-device ${linkTo('first')}`);
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('target is busy') });
      expect(stderr).not.toContain('sleep');
      await guest().expect('pkill --exact sleep');
    });

    test('neither grows a file system whose disk was enlarged', { timeout }, async () => {
      const before = await sizeOf(guest(), 'first');
      await disks[0]?.resize(128);
      await guest().waitFor(`test $(blockdev --getsize64 ${linkTo('first')}) = 134217728`);
      await guest().expect('udevadm settle');
      expect(await sizeOf(guest(), 'first')).toBe(before);
    });

    test('udisks2 ends the mount of a disk that was pulled, and removes its folder', { timeout }, async () => {
      const { device, mounts } = await mountsOf(guest(), 'second');
      await disks[1]?.detach();
      await guest().waitFor(`! findmnt --source ${device}`, 60);
      await guest().waitFor(`! test -e ${mounts[0]}`);
    });

    test('after a restart the disk is not mounted, and still has its old size', { timeout }, async () => {
      await guest().reboot();
      await guest().waitForBoot();
      expect(
        await guest().expect('cloud-init status --wait || true; systemctl start udisks2 && udevadm settle'),
      ).toContain('status:');
      expect((await mountsOf(guest(), 'first')).mounts).toEqual([]);
    });
  });

  describe('the agent', () => {
    const disks: GuestDisk[] = [];

    test('mounts what is attached, and gives a second disk of one label another folder', { timeout }, async () => {
      await guest().expect(`mv ${keptRules} ${rules} && udevadm control --reload`);
      await guest().expect('systemctl unmask $(cd /etc/systemd/system && ls --directory gandi-*)');
      await guest().reboot();
      await guest().waitForBoot();
      await guest().waitForMount('/srv/data');
      await untilIdle(guest());
      disks.push(await attach('third'));
      await guest().waitForMount('/srv/data_2');
      await untilIdle(guest());
    });

    test('says that a disk is blank, and how it gets a file system', { timeout }, async () => {
      const blank = await attachBlank('blank2');
      await untilIdle(guest());
      const { exitCode, stderr } = await guest().run('gandi-agent disk attach blank2');
      expect({ exitCode, stderr }).toEqual({ exitCode: 4, stderr: expect.stringMatching(/blank.*mkfs/s) });
      await blank.detach();
      await untilIdle(guest());
    });

    test('refuses to detach a disk in use, and names the program', { timeout }, async () => {
      await guest().expect('cd /srv/data_2 && (sleep 600 >/dev/null 2>&1 </dev/null &)');
      const { exitCode, stderr } = await guest().run('gandi-agent disk detach data_2');
      expect(exitCode).not.toBe(0);
      expect(stderr).toContain('sleep');
      await guest().expect('pkill --exact sleep');
    });

    test('grows a file system whose disk was enlarged', { timeout }, async () => {
      const before = await sizeOf(guest(), 'third');
      await disks[0]?.resize(128);
      await guest().waitFor(`test $(findmnt --bytes --noheadings --output=SIZE /srv/data_2) -gt ${before}`, 60);
      await untilIdle(guest());
    });

    test('each disk has its folder again after a restart', { timeout }, async () => {
      await guest().reboot();
      await guest().waitForBoot();
      await untilIdle(guest());
      expect((await mountsOf(guest(), 'first')).mounts).toEqual(['/srv/data']);
      expect((await mountsOf(guest(), 'third')).mounts).toEqual(['/srv/data_2']);
    });

    test('ends the mount of a disk that was pulled, removes its folder and says so', { timeout }, async () => {
      await disks[0]?.detach();
      await guest().waitFor('! test -e /srv/data_2');
      await untilIdle(guest());
      const { exitCode, stdout } = await guest().run('gandi-agent status');
      expect(exitCode).toBe(1);
      expect(stdout).toContain('the disk of /srv/data_2 was pulled while it was mounted');
    });
  });
});

/** What udev makes of the serial of a SCSI disk. */
function linkTo(serial: string): string {
  return `/dev/disk/by-id/scsi-*_${serial}`;
}

async function mountsOf(guest: Guest, serial: string): Promise<{ device: string; mounts: string[] }> {
  const device = await guest.expect(`readlink --canonicalize-existing ${linkTo(serial)}`);
  const { stdout } = await guest.run(`findmnt --noheadings --output=TARGET --source ${device}`);
  return { device, mounts: stdout.split('\n').filter((line) => line !== '') };
}

async function mountByUdisks(guest: Guest, serial: string): Promise<string> {
  const said = await guest.expect(`udisksctl mount --block-device ${linkTo(serial)}`);
  return / at (\/\S+?)\.?$/.exec(said)?.[1] ?? said;
}

/** Bytes of the file system that is mounted. */
async function sizeOf(guest: Guest, serial: string): Promise<string> {
  const { mounts } = await mountsOf(guest, serial);
  return guest.expect(`findmnt --bytes --noheadings --output=SIZE ${mounts[0]}`);
}
