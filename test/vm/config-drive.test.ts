import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { makeConfigDrive } from '../../lab/config-drive.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { makeSshKey, sshLogin } from '../../lab/ssh-login.ts';
import { sshKey } from './payloads.ts';

const files = {
  'meta_data.json': { uuid: 'a6b1', name: 'cloud_vm', public_keys: { laptop: `${sshKey}\n` } },
  'network_data.json': {
    links: [{ id: 'tap0', type: 'ovs', ethernet_mac_address: '52:54:00:00:00:01', mtu: 1450 }],
    networks: [
      {
        id: 'network0',
        link: 'tap0',
        type: 'ipv4',
        ip_address: '192.0.2.10',
        netmask: '255.255.255.0',
        routes: [{ network: '0.0.0.0', netmask: '0.0.0.0', gateway: '192.0.2.254' }],
      },
    ],
    services: [{ type: 'dns', address: '192.0.2.53' }],
  },
};

describe('Debian 12 with an ISO config-drive and no payload', () => {
  let folder = '';
  const guest = sharedGuest(async () => {
    folder = await mkdtemp(join(tmpdir(), 'config-drive-'));
    const image = join(folder, 'drive.iso');
    const key = await makeSshKey(join(folder, 'key'));
    const metadata = { ...files['meta_data.json'], public_keys: { laptop: `${sshKey}\n`, phone: key } };
    await makeConfigDrive(image, { fileSystem: 'iso9660', files: { ...files, 'meta_data.json': metadata } });
    return { debian: 12, disks: [{ image, vendor: 'QEMU', serial: 'drive', bus: 'cd-rom' }] };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('boots without a failed unit', async () => {
    expect(await guest().expect('systemctl --failed --no-legend')).toBe('');
  });

  test('has its static address, its MTU and its gateway', async () => {
    expect(await guest().expect('ip -oneline -4 address show scope global')).toContain('192.0.2.10/24');
    expect(await guest().expect('cat /sys/class/net/e*/mtu')).toBe('1450');
    expect(await guest().expect('ip route show default')).toContain('via 192.0.2.254');
    await guest().expect('ping -c 1 -W 5 192.0.2.254');
    expect(await guest().readFile('/etc/resolv.conf')).toBe(
      'nameserver 192.0.2.53\noptions timeout:1 attempts:3 rotate\n',
    );
  });

  test('has its host name and its key', async () => {
    expect(await guest().expect('hostname')).toBe('cloud-vm');
    expect(await guest().readFile('/etc/hosts')).toMatch(/^192\.0\.2\.10 cloud-vm\b/m);
    expect(await guest().readFile('/root/.ssh/authorized_keys')).toContain(sshKey);
  });

  test('lets its owner in by ssh, with the key of the drive', async () => {
    await guest().waitFor('systemctl is-active ssh.service');
    expect(await sshLogin(guest(), '192.0.2.10', join(folder, 'key'), 'hostname; id -un')).toBe('cloud-vm\nroot');
  });

  test('has the drive unmounted again', async () => {
    expect(await guest().expect('findmnt --noheadings --types iso9660 || true')).toBe('');
    // The folder that only root enters stays; what was mounted in it is gone.
    expect(await guest().expect('ls -A /run/gandi/config-drive')).toBe('');
  });

  test('prints for scripts what glean would, called by its name', async () => {
    await guest().expect('ln -s /usr/lib/gandi/gandi-agent /run/glean');
    expect(await guest().expect('/run/glean --noop --skip-dns')).toMatch(/^### Write \/etc\/network\/interfaces\n/);
  });
});
