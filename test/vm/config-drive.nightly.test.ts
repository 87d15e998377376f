import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { makeConfigDrive, makeNoCloudDrive } from '../../lab/config-drive.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';
import { nameOf } from './nic-commands.ts';
import { sshKey, webServer } from './payloads.ts';

const links = [
  { id: 'tap0', type: 'phy', ethernet_mac_address: '52:54:00:00:00:01' },
  { id: 'tap1', type: 'phy', ethernet_mac_address: '52:54:00:00:00:02' },
];
const networks = [
  {
    id: 'network0',
    link: 'tap0',
    type: 'ipv4',
    ip_address: '192.0.2.20',
    netmask: '255.255.255.0',
    routes: [{ network: '0.0.0.0', netmask: '0.0.0.0', gateway: '192.0.2.254' }],
  },
  { id: 'network1', link: 'tap1', type: 'ipv4', ip_address: '198.51.100.20', netmask: '255.255.255.0' },
];
const metadata = { name: 'cloud_vm', public_keys: { laptop: `${sshKey}\n` } };
const files = { 'meta_data.json': metadata, 'network_data.json': { links, networks } };

const flag = 'CONFIG_DRIVE_DEVICE';
const setFlag = (name: string, value: string) => `sed -i 's|^${name}=.*|${name}=${value}|' /etc/default/gandi`;

async function withDrive(use: (image: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'config-drive-'));
  try {
    const image = join(folder, 'drive.iso');
    await makeConfigDrive(image, { fileSystem: 'iso9660', files });
    await use(image);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test("a drive describes two NICs; both have their addresses when boot ends, and the admin's edits outlive a restart", async ({
  boot,
}) => {
  await withDrive(async (image) => {
    const guest = await boot({
      debian: 12,
      nics: [{}],
      disks: [{ image, vendor: 'QEMU', serial: 'drive', bus: 'cd-rom' }],
    });
    expect(await guest.waitForBoot()).toBe('running');
    const addresses = await guest.expect('ip -oneline -4 address show scope global');
    expect(addresses).toContain('192.0.2.20/24');
    expect(addresses).toContain('198.51.100.20/24');
    expect(await guest.expect('ip route show default')).toContain('via 192.0.2.254');

    await guest.expect('echo db7 >/etc/hostname; echo >/root/.ssh/authorized_keys');
    await guest.reboot();
    expect(await guest.waitForBoot()).toBe('running');
    expect(await guest.expect('hostname')).toBe('db7');
    expect(await guest.readFile('/root/.ssh/authorized_keys')).toBe('\n');
    expect(await guest.expect('ip -oneline -4 address show scope global')).toContain('192.0.2.20/24');
  });
});

test('of a payload and a config-drive the payload wins, and the journal says so', async ({ boot }) => {
  await withDrive(async (image) => {
    const disks = [{ image, vendor: 'QEMU', serial: 'drive', bus: 'cd-rom' }] as const;
    const guest = await boot({ debian: 12, nics: [{}], disks, payload: { config: webServer } });
    await guest.waitForBoot();
    expect(await guest.expect('hostname')).toBe('web1');
    expect(await guest.expect('ip -oneline -4 address show scope global')).toContain('192.0.2.10/24');
    expect(await guest.expect('journalctl --boot --identifier=gandi --output=cat')).toMatch(
      /not read, because a payload has configured this machine; to have the drive applied, set CONFIG_SOURCE to .* CONFIG_DRIVE_DEVICE/,
    );

    await guest.expect(setFlag('CONFIG_SOURCE', 'config-drive'));
    const place = await guest.expect('ls /dev/disk/by-path/*-scsi-*');
    await guest.expect(setFlag(flag, place));
    await guest.reboot();
    expect(await guest.waitForBoot()).toBe('running');
    expect(await guest.expect('hostname')).toBe('cloud-vm');
    expect(await guest.expect('ip -oneline -4 address show scope global')).toContain('192.0.2.20/24');
    expect(await guest.expect('ip -oneline -4 address show scope global')).not.toContain('192.0.2.10/24');
  });
});

test('runcmd of a NoCloud volume is run, and what it leaves running goes on', async ({ boot }) => {
  const folder = await mkdtemp(join(tmpdir(), 'nocloud-'));
  try {
    const image = join(folder, 'drive.iso');
    const commands = [
      'echo one >/root/one',
      ['touch', '/root/two words'],
      "sh -c 'gandi-agent status --wait >/dev/null; touch /root/three' </dev/null >/dev/null 2>&1 &",
    ];
    await makeNoCloudDrive(image, {
      'meta-data': 'instance-id: one\nlocal-hostname: web2\n',
      'user-data': `#cloud-config\n${JSON.stringify({ runcmd: commands })}\n`,
    });
    const guest = await boot({ debian: 12, disks: [{ image, vendor: 'QEMU', serial: 'drive', bus: 'cd-rom' }] });
    await guest.waitForBoot();
    const status = await guest.run('gandi-agent status --wait');
    expect(status).toMatchObject({ exitCode: 0 });
    await guest.waitFor('[ -e /root/three ]');
    expect(await guest.expect('cat /root/one; ls /root')).toBe('one\none\nthree\ntwo words');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

describe('Debian 12 with neither a payload nor a config-drive', () => {
  const guest = sharedGuest({ debian: 12, nics: [{}] });
  const addresses = 'ip -oneline -4 address show scope global';
  let folder = '';
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('gets addresses by DHCP on both of its NICs', async () => {
    expect(await guest().expect('systemctl --failed --no-legend')).toBe('');
    expect(await guest().expect(addresses)).toContain('192.0.2.100/24');
    expect(await guest().expect(addresses)).toContain('198.51.100.100/24');
  });

  // How soon is measured where nothing else runs: test/timing/nic-latency.nightly.test.ts.
  test('a NIC that is attached later is configured', async () => {
    await untilIdle(guest());
    const nic = await guest().attachNic();
    await guest().waitFor(nameOf(nic.macAddress), 60);
    await guest().waitFor(`${addresses} | grep --silent 203.0.113.100/24`, 60);
  });

  test('a disk with the label of a config-drive is left alone, before and after it is asked for by hand', async () => {
    folder = await mkdtemp(join(tmpdir(), 'config-drive-'));
    const image = join(folder, 'drive.img');
    await makeConfigDrive(image, { fileSystem: 'vfat', files });
    const disk = await guest().attachDisk({ image, vendor: 'QEMU', serial: 'drive', bus: 'virtio' });
    await guest().waitFor('[ -e /dev/disk/by-label/CONFIG-2 ]', 30);
    await untilIdle(guest());
    expect(await guest().expect('gandi-agent bootstrap 2>&1; hostname')).toMatch(/it is not a CD-ROM/);
    expect(await guest().expect('hostname')).not.toBe('cloud-vm');
    await disk.detach();
  });

  test('a vfat drive on virtio that is attached where the flag says is applied', async () => {
    const image = join(folder, 'drive.img');
    await guest().expect(setFlag(flag, '/dev/disk/by-id/virtio-drive'));
    await guest().attachDisk({ image, vendor: 'QEMU', serial: 'drive', bus: 'virtio' });
    await guest().waitFor('[ "$(hostname)" = cloud-vm ]', 30);
    await guest().waitFor(`${addresses} | grep --silent 192.0.2.20/24`, 60);
    // One NIC after the other.
    await guest().waitFor(`${addresses} | grep --silent 198.51.100.20/24`, 60);
    await untilIdle(guest());
    expect(await guest().expect('ip route show default')).toContain('via 192.0.2.254');
  });

  test('starts with what the drive said, though its NICs had DHCP before', async () => {
    await guest().reboot();
    expect(await guest().waitForBoot()).toBe('running');
    expect(await guest().expect(addresses)).toContain('192.0.2.20/24');
    expect(await guest().expect(addresses)).toContain('198.51.100.20/24');
    expect(await guest().expect(addresses)).not.toContain('100.100/24');
  });
});
