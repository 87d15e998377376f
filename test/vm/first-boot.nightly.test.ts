import { describe, expect } from 'vitest';
import { passwordHash, sshKey, webServer } from './payloads.ts';
import type { Guest } from '../../lab/guest.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { tellRestart } from './restart-story.ts';

const config = { ...webServer, vm_conf: { ...webServer.vm_conf, user: 'admin' } };

describe.each([12, 13] as const)('Debian %i, with a user in its payload', (debian) => {
  const guest = sharedGuest({ debian, payload: { config } });

  test('the user may become root, logs in with the password and the key, and owns its home', async () => {
    expect(await guest().expect('id --name --groups admin')).toBe('admin sudo');
    expect(await guest().expect('getent shadow admin | cut --delimiter=: --fields=2')).toBe(passwordHash);
    expect(await guest().expect('getent passwd admin | cut --delimiter=: --fields=6,7')).toBe('/home/admin:/bin/bash');
    const files = '/home/admin /home/admin/.ssh /home/admin/.ssh/authorized_keys';
    expect(await guest().expect(`stat --format='%U %G %a' ${files}`)).toMatch(
      /^admin admin 7[05][05]\nadmin admin 700\nadmin admin 600$/,
    );
    expect(await guest().readFile('/home/admin/.ssh/authorized_keys')).toBe(`${sshKey}\n`);
  });

  test('sshd takes what it finds there', async () => {
    expect(await guest().expect('sshd -T -C user=admin,host=x,addr=192.0.2.1 | grep --count authorizedkeysfile')).toBe(
      '1',
    );
    expect(await guest().expect('ls /etc/ssh/ssh_host_*_key | wc --lines')).toBe('3');
    await guest().expect('sshd -t');
  });

  test('the kernel settings are in effect, and a file of the admin wins over them', async () => {
    expect(await guest().expect('sysctl --values vm.swappiness kernel.core_uses_pid')).toBe('10\n1');
    await guest().writeFile('/etc/sysctl.d/99-admin.conf', 'vm.swappiness = 55\n');
    await guest().expect('echo >>/etc/gandi/sysctl.conf && gandi-agent bootstrap');
    expect(await guest().expect('sysctl --values vm.swappiness')).toBe('55');
  });

  test('L15: applied by hand once more it finds nothing to do, formats nothing and fails nothing', async () => {
    const before = await guest().expect('sha256sum /var/lib/gandi/applied.json; swapon --show=NAME --noheadings');
    await guest().expect('systemctl restart gandi-bootstrap');
    expect(await guest().expect('gandi-agent bootstrap --dry-run')).toBe('nothing to do');
    expect(await guest().expect('gandi-agent bootstrap --again --dry-run')).toBe('nothing to do');
    expect(await guest().expect('sha256sum /var/lib/gandi/applied.json; swapon --show=NAME --noheadings')).toBe(before);
  });

  test('an edit that --again replaces is kept', async () => {
    await guest().expect('echo db7 >/etc/hostname && gandi-agent bootstrap --again');
    expect(await guest().readFile('/etc/hostname')).toBe('web1\n');
    expect(await guest().expect('cat /var/lib/gandi/replaced/etc/hostname.*')).toBe('db7');
  });

  tellRestart(guest);

  test.for(['ext4', 'xfs', 'btrfs'])(
    'D14: a GPT root disk with %s that the platform made larger is filled, and its PARTUUID stays',
    async (fileSystem) => {
      const disk = await guest().attachDisk({ serial: `root-${fileSystem}`, bus: 'virtio', size: 400 });
      const device = await guest().waitFor(
        `readlink --canonicalize-existing /dev/disk/by-id/virtio-root-${fileSystem}`,
      );
      await guest().expect(makeRoot(device, fileSystem));
      const partition = await guest().expect(`lsblk --noheadings --output=PARTUUID,PARTTYPE,PARTLABEL ${device}1`);
      await disk.resize(1600);
      await guest().waitFor(`test $(cat /sys/block/${device.slice(5)}/size) -gt 3000000`);

      await bootstrapInRoot(guest());

      const size = Number(await guest().expect('df --output=size --block-size=1M /mnt | tail --lines=1'));
      expect(size / 1600).toBeGreaterThan(0.85);
      await guest().expect('udevadm settle');
      expect(await guest().expect(`lsblk --noheadings --output=PARTUUID,PARTTYPE,PARTLABEL ${device}1`)).toBe(
        partition,
      );
      expect(await guest().expect('chroot /mnt /usr/lib/gandi/gandi-agent bootstrap --dry-run')).toBe('nothing to do');
      await guest().expect('cd /mnt && umount usr proc sys dev && cd / && umount /mnt');
      await disk.detach();
    },
  );
});

/** A small root file system on a GPT partition, with the guest's own programs in it; /mnt is its root. */
function makeRoot(device: string, fileSystem: string): string {
  return `
    echo 'label: gpt
      size=300M, name="gandiroot"' | sfdisk --quiet ${device} && udevadm settle &&
    mkfs.${fileSystem} ${fileSystem === 'ext4' ? '-q' : '-f'} ${device}1 >/dev/null && mount ${device}1 /mnt &&
    mkdir -p /mnt/etc/default /mnt/usr /mnt/proc /mnt/sys /mnt/dev /mnt/run /mnt/var/lib /mnt/tmp &&
    printf 'CONFIG_HOST_KEYS=0\\nCONFIG_SWAP=0\\n' >/mnt/etc/default/gandi &&
    for link in bin sbin lib lib64; do ln -s usr/$link /mnt/$link; done &&
    for folder in usr proc sys dev; do mount --bind /$folder /mnt/$folder; done`;
}

/** In a chroot, /proc/self/mountinfo shows the disk under it as the one that holds `/`, and nothing of the real one. */
function bootstrapInRoot(guest: Guest) {
  return guest.expect('chroot /mnt /usr/lib/gandi/gandi-agent bootstrap');
}
