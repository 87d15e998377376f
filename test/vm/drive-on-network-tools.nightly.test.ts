import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { makeConfigDrive, makeNoCloudDrive } from '../../lab/config-drive.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { sshKey } from './payloads.ts';

const macAddress = '52:54:00:00:00:01';
const network = {
  links: [{ id: 'tap0', type: 'phy', ethernet_mac_address: macAddress }],
  networks: [
    {
      id: 'network0',
      link: 'tap0',
      type: 'ipv4',
      ip_address: '192.0.2.20',
      netmask: '255.255.255.0',
      routes: [{ network: '0.0.0.0', netmask: '0.0.0.0', gateway: '192.0.2.254' }],
    },
  ],
  services: [{ type: 'dns', address: '192.0.2.53' }],
};

/** The same machine, as each kind of drive says it. */
const drives = {
  'config-drive': (image: string) =>
    makeConfigDrive(image, {
      fileSystem: 'iso9660',
      files: {
        'meta_data.json': { name: 'web7', public_keys: { laptop: `${sshKey}\n` } },
        'network_data.json': network,
      },
    }),
  nocloud: (image: string) =>
    makeNoCloudDrive(image, {
      'meta-data': 'instance-id: i-7\nlocal-hostname: web7\n',
      'user-data': `#cloud-config\nssh_authorized_keys: [${sshKey}]\n`,
      'network-config': [
        'version: 2',
        'ethernets:',
        '  lan:',
        `    match: {macaddress: "${macAddress}"}`,
        '    addresses: [192.0.2.20/24]',
        '    routes: [{to: default, via: 192.0.2.254}]',
        '    nameservers: {addresses: [192.0.2.53]}',
        '',
      ].join('\n'),
    }),
} as const;

describe.each([
  ['netplan', 'config-drive', '/etc/netplan/90-gandi.yaml'],
  ['netplan', 'nocloud', '/etc/netplan/90-gandi.yaml'],
  ['networkmanager', 'config-drive', '/etc/NetworkManager/system-connections/gandi-*.nmconnection'],
  ['networkmanager', 'nocloud', '/etc/NetworkManager/system-connections/gandi-*.nmconnection'],
] as const)('Debian 12 with %s and a drive of the kind %s', (system, source, file) => {
  let folder = '';
  const guest = sharedGuest(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drive-'));
    const image = join(folder, 'drive.iso');
    await drives[source](image);
    return { debian: 12, system, disks: [{ image, vendor: 'QEMU', serial: 'drive', bus: 'cd-rom' }] };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function expectMachine(): Promise<void> {
    expect(await guest().expect('systemctl --failed --no-legend')).toBe('');
    expect(await guest().expect(`head --lines=1 ${file}`)).toContain('written by gandi-agent');
    await guest().waitFor('ip -oneline -4 address show scope global | grep 192.0.2.20/24', 60);
    await guest().waitFor('ip route show default | grep "via 192.0.2.254"', 60);
    await guest().waitFor('ping -c 1 -W 5 192.0.2.254', 60);
    await guest().waitFor('grep 192.0.2.53 /etc/resolv.conf', 60);
    expect(await guest().expect('ip -oneline -4 address show scope global | wc --lines')).toBe('1');
    expect(await guest().expect('hostname')).toBe('web7');
    expect(await guest().readFile('/root/.ssh/authorized_keys')).toContain(sshKey);
  }

  test('comes up with its static address, its name servers, its name and its key', expectMachine);

  test('status names the drive as the source, and nothing differs', async () => {
    const report = JSON.parse(await guest().expect('gandi-agent network show --json'));
    expect(report.links).toMatchObject([{ configured: { addresses: ['192.0.2.20/24'] }, differs: [] }]);
    expect(report.links[0].files).toMatchObject([{ source }]);
  });

  test('is the same after a restart', async () => {
    await guest().reboot();
    expect(await guest().waitForBoot()).toBe('running');
    await expectMachine();
  });
});
