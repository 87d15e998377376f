import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect } from 'vitest';
import { makeNoCloudDrive } from '../../lab/config-drive.ts';
import { makeDiskImage } from '../../lab/disk-image.ts';
import type { Guest } from '../../lab/guest.ts';
import { test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';
import { sshKey } from './payloads.ts';
import { argumentsOf, type PlatformPage, readPlatformPage, type XmlDisk } from './platform-page.ts';

const timeout = 20 * 60_000;
const executables = join(import.meta.dirname, '../../dist');

/** The lab's initrd knows the root disk by this serial, which the pages give to no other disk. */
const rootSerial = 'lab-root';

/** The root disk of the lab's guests, which a page's image stands for. */
const rootDisk = [
  ...['-drive', 'file=root.qcow2,if=none,id=root'],
  ...['-device', `virtio-blk-pci,drive=root,serial=${rootSerial}`],
];

/** Types the page's commands in that folder, but for those that only the platform has. */
async function followOnHost({ config, commands }: PlatformPage, folder: string): Promise<void> {
  if (config !== '') await writeFile(join(folder, 'web1.json'), config);
  for (const command of commands.filter((line) => !/^(qemu-system-x86_64|qm) /.test(line))) {
    await execa('bash', ['-ec', command], {
      cwd: folder,
      env: { PATH: `${executables}:${process.env.PATH}` },
      preferLocal: false,
    });
  }
}

/** What the page wants in the image is written by hand, and the machine is started again, as one of that image would be. */
async function setFlags(guest: Guest, { flags }: PlatformPage): Promise<void> {
  await guest.waitForBoot();
  const [, name] = /^(\w+)=/.exec(flags) ?? [];
  await guest.expect(`sed --in-place '/^${name}=/d' /etc/default/gandi`);
  await guest.expect(`cat >>/etc/default/gandi <<'END'\n${flags}END`);
  await guest.reboot();
}

async function expectVolume(guest: Guest, address: string): Promise<void> {
  await guest.waitForBoot();
  await guest.waitForMount('/srv/data', 60);
  expect(await guest.expect('findmnt --noheadings --output=FSTYPE /srv/data')).toBe('ext4');
  await guest.waitFor(`ip -oneline -4 address show scope global | grep ' ${address} '`, 60);
  expect(await guest.expect('hostname')).toBe('web1');
  expect((await guest.run('gandi-agent status --wait --timeout 120', 150)).exitCode).toBe(0);
}

describe('a page of a platform, followed word by word, brings an ext4 volume to /srv/data', () => {
  test('docs/platforms/qemu.md', { timeout }, async ({ boot }) => {
    const page = readPlatformPage('docs/platforms/qemu.md');
    const guest = await boot({
      debian: 12,
      platform: async (folder) => {
        await followOnHost(page, folder);
        await symlink('root.qcow2', join(folder, 'image.qcow2'));
        return ['-global', `virtio-blk-device.serial=${rootSerial}`, ...argumentsOf(page, 'qemu-system-x86_64')];
      },
    });
    await expectVolume(guest, '192.0.2.10/24');
    for (const command of page.inGuest) expect((await guest.run(command, 150)).exitCode).toBe(0);
    expect(await guest.expect('runuser --user admin -- cat /home/admin/.ssh/authorized_keys')).toContain(
      'me@example.org',
    );
  });

  test('docs/platforms/libvirt.md: its disks, as QEMU has them', { timeout }, async ({ boot }) => {
    const page = readPlatformPage('docs/platforms/libvirt.md');
    const guest = await boot({
      debian: 12,
      platform: async (folder) => {
        await followOnHost(page, folder);
        const nic = ['-nic', 'user,model=virtio-net-pci,restrict=on,net=192.168.122.0/24,host=192.168.122.1'];
        return ['-m', '512', ...rootDisk, ...page.xmlDisks.flatMap(diskArguments), ...nic];
      },
    });
    await setFlags(guest, page);
    await expectVolume(guest, '192.168.122.10/24');
    await untilIdle(guest);
    expect(await guest.expect('gandi-agent disk explain web1-data')).toContain('mounted at /srv/data');
  });

  test('docs/platforms/proxmox.md: a drive as Proxmox VE makes it, and a blank volume', { timeout }, async ({
    boot,
  }) => {
    const page = readPlatformPage('docs/platforms/proxmox.md');
    const guest = await boot({
      debian: 12,
      platform: async (folder) => {
        await makeNoCloudDrive(join(folder, 'cloudinit.iso'), proxmoxDrive(page));
        await makeDiskImage(join(folder, 'scsi1.raw'), {});
        return ['-m', '512', ...rootDisk, ...proxmoxArguments];
      },
    });
    await setFlags(guest, page);
    await guest.waitForBoot();
    for (const command of page.inGuest) await guest.expect(command, 120);
    await expectVolume(guest, '192.0.2.10/24');
    await guest.reboot();
    await expectVolume(guest, '192.0.2.10/24');
    expect(await guest.readFile('/root/.ssh/authorized_keys')).toContain(sshKey);
  });
});

/** As `virsh domxml-to-native qemu-argv` turns a disk of that bus into arguments: a drive, and a device with its serial. */
function diskArguments({ file, format, bus, serial }: XmlDisk, index: number): string[] {
  const drivers: Readonly<Record<string, string>> = { virtio: 'virtio-blk-pci', scsi: 'scsi-hd', sata: 'ide-hd' };
  return [
    ...['-drive', `file=${file},format=${format},if=none,id=drive${index}`],
    ...['-device', `${drivers[bus]},drive=drive${index},serial=${serial}`],
  ];
}

const macAddress = 'bc:24:11:00:00:01';

/** The files of a NoCloud drive (qemu-server, src/PVE/QemuServer/Cloudinit.pm: cloudinit_userdata, nocloud_network). */
function proxmoxDrive(page: PlatformPage): Record<string, string> {
  const words = page.commands.join(' ');
  const [, address = ''] = /--ipconfig0 ip=([\d.]+)\/24/.exec(words) ?? [];
  const [, gateway = ''] = /,gw=([\d.]+)/.exec(words) ?? [];
  return {
    'meta-data': 'instance-id: 6f1ed002ab5595859014ebf0951522d9f3b3b0c4\n',
    'user-data': [
      '#cloud-config',
      'hostname: web1',
      'manage_etc_hosts: true',
      'ssh_authorized_keys:',
      `  - ${sshKey}`,
      'chpasswd:',
      '  expire: False',
      'users:',
      '  - default',
      'package_upgrade: true',
      '',
    ].join('\n'),
    'network-config': [
      'version: 1',
      'config:',
      '    - type: physical',
      '      name: eth0',
      `      mac_address: '${macAddress}'`,
      '      subnets:',
      '      - type: static',
      `        address: '${address}'`,
      "        netmask: '255.255.255.0'",
      `        gateway: '${gateway}'`,
      '    - type: nameserver',
      '      address:',
      "      - '192.0.2.53'",
      '      search:',
      "      - 'example.net'",
      '',
    ].join('\n'),
    'vendor-data': '',
  };
}

/** The devices that `qm set --scsihw virtio-scsi-pci --scsi2 …:cloudinit --scsi1 …` makes (qemu-server, print_drivedevice_full). */
const proxmoxArguments = [
  ...['-device', 'virtio-scsi-pci,id=scsihw0'],
  ...['-drive', 'file=cloudinit.iso,if=none,id=drive-scsi2,media=cdrom,format=raw'],
  ...['-device', 'scsi-cd,bus=scsihw0.0,channel=0,scsi-id=0,lun=2,drive=drive-scsi2,id=scsi2'],
  ...['-drive', 'file=scsi1.raw,if=none,id=drive-scsi1,format=raw'],
  ...['-device', 'scsi-hd,bus=scsihw0.0,channel=0,scsi-id=0,lun=1,drive=drive-scsi1,id=scsi1'],
  ...['-netdev', 'user,id=net0,restrict=on,net=192.0.2.0/24,host=192.0.2.254'],
  ...['-device', `virtio-net-pci,netdev=net0,mac=${macAddress}`],
];
