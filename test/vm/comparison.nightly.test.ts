import { describe, expect } from 'vitest';
import type { Guest, GuestDisk } from '../../lab/guest.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';

// What docs/comparison.md says of each program is one of these tests.
const timeout = 20 * 60_000;

describe('one volume, with and without the agent', () => {
  const guest = sharedGuest({ debian: 12, system: 'peers' });

  async function attach(serial: string): Promise<GuestDisk> {
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'data', serial, size: 64 });
    await guest().waitFor(`test -e /dev/disk/by-id/*${serial}`);
    await guest().expect('udevadm settle');
    return disk;
  }

  describe('cloud-init and udisks2 alone', () => {
    const disks: GuestDisk[] = [];

    test('a disk that is attached is mounted by none of them', { timeout }, async () => {
      await guest().expect('systemctl stop gandi-hotplug.path && mv /usr/lib/udev/rules.d/86-gandi.rules /root/');
      await guest().expect('udevadm control --reload && systemctl start udisks2');
      expect(await guest().expect('systemctl is-active udisks2')).toBe('active');
      expect(await guest().expect('cloud-init --version 2>&1')).toMatch(/\d/);
      disks.push(await attach('first'));
      expect((await mountsOf(guest(), 'first')).mounts).toEqual([]);
    });

    test('udisks2 mounts on request, and gives a second disk of one label another folder', { timeout }, async () => {
      disks.push(await attach('second'));
      expect(await mountByUdisks(guest(), 'first')).toMatch(/^\/\S+\/data$/);
      expect(await mountByUdisks(guest(), 'second')).toMatch(/^\/\S+\/data1$/);
    });

    test('udisks2 refuses to unmount a disk in use, and names nobody', { timeout }, async () => {
      const { mounts } = await mountsOf(guest(), 'first');
      await guest().expect(`cd ${mounts[0]} && (sleep 600 >/dev/null 2>&1 </dev/null &)`);
      const { exitCode, stderr } = await guest().run('udisksctl unmount --block-device /dev/disk/by-id/*first');
      expect(exitCode).toBe(1);
      expect(stderr).toContain('target is busy');
      expect(stderr).not.toContain('sleep');
      await guest().expect('pkill sleep');
    });

    test('neither grows a file system whose disk was enlarged', { timeout }, async () => {
      const before = await sizeOf(guest(), 'first');
      await disks[0]?.resize(128);
      await guest().waitFor('test $(blockdev --getsize64 /dev/disk/by-id/*first) = 134217728');
      await guest().expect('udevadm settle');
      expect(await sizeOf(guest(), 'first')).toBe(before);
    });

    test('udisks2 ends the mount of a disk that was pulled', { timeout }, async () => {
      const { device, mounts } = await mountsOf(guest(), 'second');
      await disks[1]?.detach();
      await guest().waitFor(`! findmnt --source ${device}`);
      await guest().waitFor(`! test -e ${mounts[0]}`);
    });

    test('after a restart the disk is not mounted', { timeout }, async () => {
      await guest().reboot();
      await guest().waitForBoot();
      expect((await mountsOf(guest(), 'first')).mounts).toEqual([]);
    });
  });

  describe('the agent', () => {
    const disks: GuestDisk[] = [];

    test('mounts what is attached, and gives a second disk of one label another folder', { timeout }, async () => {
      await guest().expect('mv /root/86-gandi.rules /usr/lib/udev/rules.d/ && udevadm control --reload');
      await guest().expect('systemctl restart gandi-mount', 180);
      await guest().waitForMount('/srv/data');
      await untilIdle(guest());
      disks.push(await attach('third'));
      await guest().waitForMount('/srv/data_2');
      await untilIdle(guest());
    });

    test('refuses to detach a disk in use, and names the program', { timeout }, async () => {
      await guest().expect('cd /srv/data_2 && (sleep 600 >/dev/null 2>&1 </dev/null &)');
      const { exitCode, stderr } = await guest().run('gandi-agent disk detach data_2');
      expect(exitCode).not.toBe(0);
      expect(stderr).toContain('sleep');
      await guest().expect('pkill sleep');
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
      expect((await mountsOf(guest(), 'first')).mounts).toEqual(['/srv/data']);
      expect((await mountsOf(guest(), 'third')).mounts).toEqual(['/srv/data_2']);
    });

    test('ends the mount of a disk that was pulled, and says so', { timeout }, async () => {
      await disks[0]?.detach();
      await guest().waitFor('! test -e /srv/data_2');
      await untilIdle(guest());
      expect((await guest().run('gandi-agent status')).stdout).toContain('/srv/data_2 was pulled');
    });
  });
});

async function mountsOf(guest: Guest, serial: string): Promise<{ device: string; mounts: string[] }> {
  const device = await guest.expect(`readlink --canonicalize /dev/disk/by-id/*${serial}`);
  const { stdout } = await guest.run(`findmnt --noheadings --output=TARGET --source ${device}`);
  return { device, mounts: stdout.split('\n').filter((line) => line !== '') };
}

async function mountByUdisks(guest: Guest, serial: string): Promise<string> {
  const said = await guest.expect(`udisksctl mount --block-device /dev/disk/by-id/*${serial}`);
  return / at (\/\S+?)\.?$/.exec(said)?.[1] ?? said;
}

/** Bytes of the file system that is mounted. */
async function sizeOf(guest: Guest, serial: string): Promise<string> {
  const { mounts } = await mountsOf(guest, serial);
  return guest.expect(`findmnt --bytes --noheadings --output=SIZE ${mounts[0]}`);
}
