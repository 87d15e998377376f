import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { makePackageDisk } from '../../lab/package-disk.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';
import { webServer } from './payloads.ts';

const ours = '/etc/udev/rules.d/86-gandi.rules';
const install = 'DEBIAN_FRONTEND=noninteractive dpkg --force-confold --install';
const enabled = "find /etc/systemd/system -name 'gandi-*' -printf '%f\\n' | sort";
const fromBoot = 'systemctl show --property=ActiveEnterTimestampMonotonic --value gandi-bootstrap gandi-mount';

describe('the life of the package on a running machine with a disk of its customer', () => {
  const guest = sharedGuest({ debian: 12, system: 'rpm', payload: { config: webServer } });
  const attach = (label: string) =>
    guest().attachDisk({ fileSystem: 'ext4', label, serial: label, files: { note: `of ${label}\n` } });
  const failedUnits = () => guest().expect('systemctl --failed --no-legend --plain');

  test('the packages are brought by a disk that is none of ours to handle', async () => {
    const image = await makePackageDisk(join(guest().folder, 'packages.img'));
    await guest().attachDisk({ image, serial: 'packages', vendor: 'lab' });
    const device = await guest().waitFor('readlink -f /dev/disk/by-label/packages | grep /dev/sd');
    await guest().expect(`mkdir /mnt/packages && mount -o ro ${device} /mnt/packages`);
    await attach('customer');
    await guest().waitForMount('/srv/customer');
    await untilIdle(guest());
  });

  test('an upgrade keeps edited flags, hooks, settings, a commented-out rule and a unit that was disabled', async () => {
    await guest().expect(`
      echo CONFIG_MOTD=0 >>/etc/default/gandi
      echo '# of the admin' >>/etc/gandi/sysctl.conf
      echo 'echo "$@" >>/run/attached' >>/etc/gandi/hooks/post-disk-attach
      sed 's/^.*spool-event nic/#&/' /usr/lib/udev/rules.d/86-gandi.rules >${ours}
      systemctl disable --quiet gandi-postboot.service`);
    const edited = `sha256sum /etc/default/gandi /etc/gandi/sysctl.conf /etc/gandi/hooks/* ${ours}`;
    const [files, started] = [await guest().expect(edited), await guest().expect(fromBoot)];

    await guest().expect(`${install} /mnt/packages/next.deb`, 300);

    expect(await guest().expect('dpkg --status gandi-vm-agent | grep ^Version')).toContain('next1');
    expect(await guest().expect(edited)).toBe(files);
    expect(
      await guest().expect('tail --lines=1 /etc/default/gandi.dpkg-dist /etc/gandi/sysctl.conf.dpkg-dist'),
    ).toContain('# next');
    expect(await guest().expect(enabled)).not.toContain('gandi-postboot');
    expect(await guest().expect(fromBoot)).toBe(started);
    expect(await guest().readFile('/srv/customer/note')).toBe('of customer\n');
    expect(await failedUnits()).toBe('');
  });

  test('and the upgraded agent goes on: a disk is mounted, and the hook of the admin is run', async () => {
    const disk = await attach('upgraded');
    await guest().waitForMount('/srv/upgraded');
    expect(await guest().waitFor('grep /srv/upgraded /run/attached')).not.toBe('');
    await untilIdle(guest());
    await disk.detach();
    await guest().waitFor('! test -e /srv/upgraded');
    await untilIdle(guest());
  });

  test("L28: removal stops the watch and leaves the customer's mounts, and what the admin wrote", async () => {
    await guest().expect('systemctl enable --quiet gandi-postboot.service; dpkg --remove gandi-vm-agent', 120);
    expect(await guest().expect(enabled)).toBe('');
    expect(await guest().run('systemctl is-active gandi-hotplug.path')).toMatchObject({
      exitCode: expect.any(Number),
      stdout: 'inactive\n',
    });
    expect(await guest().readFile('/srv/customer/note')).toBe('of customer\n');
    expect(await guest().expect('tail --lines=1 /etc/default/gandi')).toBe('CONFIG_MOTD=0');
    expect(await failedUnits()).toBe('');
    const disk = await attach('nobody');
    await guest().waitFor('test -e /dev/disk/by-label/nobody');
    await guest().expect('udevadm settle');
    expect(await guest().run('findmnt /srv/nobody')).toMatchObject({ exitCode: 1 });
    await disk.detach();
  });

  test('installed again, it is as the admin had it, and works at once', async () => {
    await guest().expect(`${install} /mnt/packages/agent.deb`, 300);
    expect((await guest().expect(enabled)).split('\n')).toEqual(allEnabled);
    expect(await guest().expect('tail --lines=1 /etc/default/gandi')).toBe('CONFIG_MOTD=0');
    const disk = await attach('again');
    await guest().waitForMount('/srv/again');
    await untilIdle(guest());
    await disk.detach();
    await guest().waitFor('! test -e /srv/again');
    await untilIdle(guest());
    expect(await failedUnits()).toBe('');
  });

  test('a purge leaves no state, no link and no file of ours, and nothing below /srv is touched', async () => {
    await guest().expect(`rm ${ours}`);
    await guest().expect('dpkg --purge gandi-vm-agent', 120);
    const left = await guest().run(
      'ls -d /var/lib/gandi /run/gandi /etc/gandi /etc/default/gandi /usr/lib/gandi /etc/init.d/gandi-* /etc/rc*.d/*gandi-* /etc/auto.gandi',
    );
    expect(left.stdout).toBe('');
    expect(await guest().expect(enabled)).toBe('');
    expect(await guest().readFile('/srv/customer/note')).toBe('of customer\n');
    expect(await guest().expect('findmnt --noheadings --output=FSTYPE /srv/customer')).toBe('ext4');
    expect(await failedUnits()).toBe('');
  });

  test('the rpm, installed by rpm with its own database: enabled, watching at once, configured only at a boot', async () => {
    await guest().expect('rpm --install --nodeps /mnt/packages/agent.rpm', 300);
    expect((await guest().expect(enabled)).split('\n')).toEqual(allEnabled);
    expect(await guest().expect('systemctl is-active gandi-hotplug.path')).toBe('active');
    expect(await guest().run('ls /var/lib/gandi')).toMatchObject({ stdout: '' });
    const disk = await attach('rpm');
    await guest().waitForMount('/srv/rpm');
    await untilIdle(guest());
    await disk.detach();
    await guest().waitFor('! test -e /srv/rpm');
    await untilIdle(guest());
    expect(await failedUnits()).toBe('');
  });

  test('upgraded by rpm, it keeps what the admin edited and disabled, and starts nothing that belongs to boot', async () => {
    await guest().expect(`
      echo CONFIG_MOTD=0 >>/etc/sysconfig/gandi
      echo 'echo "$@" >>/run/attached' >>/etc/gandi/hooks/post-disk-attach
      systemctl disable --quiet gandi-postboot.service`);
    const edited = 'sha256sum /etc/sysconfig/gandi /etc/gandi/hooks/*';
    const files = await guest().expect(edited);
    await guest().expect('rpm --upgrade --force --nodeps /mnt/packages/agent.rpm', 300);
    expect(await guest().expect(edited)).toBe(files);
    expect(await guest().expect(enabled)).not.toContain('gandi-postboot');
    expect(await guest().expect('systemctl is-active gandi-hotplug.path')).toBe('active');
    expect(await guest().expect('rpm --verify --nodeps gandi-vm-agent || true')).not.toMatch(
      /gandi-agent$|\.service$/m,
    );
    expect(await failedUnits()).toBe('');
  });

  test("erased by rpm, it leaves the customer's mounts and the edited files as .rpmsave", async () => {
    await guest().expect('rpm --erase --nodeps gandi-vm-agent', 120);
    expect(await guest().expect(enabled)).toBe('');
    expect(await guest().run('systemctl is-active gandi-hotplug.path')).toMatchObject({ stdout: 'inactive\n' });
    expect(await guest().expect('tail --lines=1 /etc/sysconfig/gandi.rpmsave')).toBe('CONFIG_MOTD=0');
    expect(await guest().readFile('/srv/customer/note')).toBe('of customer\n');
    expect(await failedUnits()).toBe('');
  });
});

const allEnabled = [
  'gandi-bootstrap.service',
  'gandi-config.service',
  'gandi-hotplug.path',
  'gandi-mount.service',
  'gandi-network.service',
  'gandi-outcome.service',
  'gandi-postboot.service',
];
