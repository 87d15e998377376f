import { chmod, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SimpleInitOptions } from '../../../../src/agent/simple-init/options.ts';
import { ownMark } from '../../../../src/agent/network-config/own-files.ts';
import { requireUnconfigured, simpleInit } from '../../../../src/agent/simple-init/simple-init.ts';
import { machineTree, type MachineTree } from '../../core/system/machine-tree.ts';
import { treeOf } from './noop-files.ts';

const nic = '52:54:00:00:00:01';
const file = '/etc/network/interfaces.d/eth0.cfg';

const options: SimpleInitOptions = {
  noop: false,
  root: '/',
  distro: 'debian',
  interface: null,
  ssh: false,
  hostname: true,
  skipNetwork: false,
  useNetworkManager: false,
  skipDns: false,
  dhcpFallback: true,
  debug: false,
};

function drive(address: string) {
  return {
    links: [{ id: 'tap0', type: 'phy', ethernet_mac_address: nic }],
    networks: [{ id: 'network0', link: 'tap0', type: 'ipv4', ip_address: address, netmask: '255.255.255.0' }],
    services: [{ type: 'dns', address: '192.0.2.53' }],
  };
}

function tree(there: Record<string, string> = {}): Promise<MachineTree> {
  const files = { 'network_data.json': drive('192.0.2.10'), 'meta_data.json': { name: 'my_vm' } };
  return machineTree(treeOf({ files, nics: { eth0: nic }, there }));
}

const read = ({ root }: MachineTree, path: string) => readFile(join(root, path), 'utf8');
const failures = (outcomes: Awaited<ReturnType<typeof simpleInit>>) => outcomes.flatMap(({ failure }) => failure ?? []);

test('writes the network, the name servers, the host name and hosts', async () => {
  const machine = await tree();
  expect(failures(await simpleInit(machine.system, options))).toEqual([]);
  expect(await read(machine, file)).toContain('address 192.0.2.10');
  expect(await read(machine, '/etc/network/interfaces')).toContain('source /etc/network/interfaces.d/*.cfg');
  expect(await read(machine, '/etc/resolv.conf')).toBe('nameserver 192.0.2.53\n');
  expect(await read(machine, '/etc/hostname')).toBe('my-vm\n');
  expect(await read(machine, '/etc/hosts')).toMatch(/^192\.0\.2\.10 my-vm /m);
});

test('a second run changes nothing', async () => {
  const machine = await tree();
  await simpleInit(machine.system, options);
  expect(await simpleInit(machine.system, options)).toEqual([]);
});

test("root's keys go where sshd reads them, and a second run changes nothing", async ({ skip }) => {
  skip(process.getuid?.() !== 0, 'only root has folders that nobody else can change');
  const there = {
    '/etc/passwd': 'root:x:0:0::/root:/bin/bash\n',
    '/etc/ssh/sshd_config': 'AuthorizedKeysFile /etc/ssh/keys/%u\n',
  };
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKE/Ya7GirSOaJeN1IWQLe/Z0Lnzofg0wrr5gIwcZWqA';
  const meta = { name: 'my_vm', public_keys: { mine: key } };
  const files = { 'network_data.json': drive('192.0.2.10'), 'meta_data.json': meta };
  const machine = await machineTree(treeOf({ files, nics: { eth0: nic }, there }));
  await chmod(machine.root, 0o755);
  expect(failures(await simpleInit(machine.system, { ...options, ssh: true }))).toEqual([]);
  expect(await read(machine, '/etc/ssh/keys/root')).toContain(key);
  expect(await simpleInit(machine.system, { ...options, ssh: true })).toEqual([]);
});

test('10: on Gentoo each link is started, without rc-update, and a second run changes nothing', async () => {
  const machine = await tree({ '/etc/init.d/net.lo': '', '/etc/runlevels/default/local': '' });
  expect(failures(await simpleInit(machine.system, { ...options, distro: 'gentoo' }))).toEqual([]);
  expect(await readlink(join(machine.root, '/etc/init.d/net.eth0'))).toBe('net.lo');
  expect(await readlink(join(machine.root, '/etc/runlevels/default/net.eth0'))).toBe('/etc/init.d/net.eth0');
  expect(await simpleInit(machine.system, { ...options, distro: 'gentoo' })).toEqual([]);
});

test('8: a drive that changed is applied again', async () => {
  const machine = await tree();
  await simpleInit(machine.system, options);
  const path = join(machine.root, '/mnt/config/openstack/latest/network_data.json');
  await writeFile(path, JSON.stringify(drive('192.0.2.77')));
  await simpleInit(machine.system, options);
  expect(await read(machine, file)).toContain('address 192.0.2.77');
});

test('a file that the admin changed since is kept, and said', async () => {
  const machine = await tree();
  await simpleInit(machine.system, options);
  await writeFile(join(machine.root, file), "auto eth0\n# the admin's\n");
  await simpleInit(machine.system, options);
  expect(await read(machine, file)).toContain("the admin's");
  expect(machine.log).toContain(`warn: eth0: ${file} configures it and wins`);
});

test('power that fails between the record and the file leaves a file that is still ours', async () => {
  const machine = await tree();
  await simpleInit(machine.system, options);
  const old = await read(machine, file);
  await writeFile(
    join(machine.root, '/mnt/config/openstack/latest/network_data.json'),
    JSON.stringify(drive('192.0.2.77')),
  );
  await simpleInit(machine.system, options);
  await writeFile(join(machine.root, file), old);
  await simpleInit(machine.system, options);
  expect(await read(machine, file)).toContain('address 192.0.2.77');
});

test('what the admin wrote in the main file stays, and wins for its NIC', async () => {
  const machine = await tree({ '/etc/network/interfaces': 'iface eth0 inet dhcp\n' });
  await simpleInit(machine.system, options);
  expect(await read(machine, '/etc/network/interfaces')).toMatch(/^iface eth0 inet dhcp\n/);
  await expect(read(machine, file)).rejects.toThrow('ENOENT');
});

test('what hotplug wrote for the NIC before goes, and for other NICs stays', async () => {
  const own = (link: string) => `${ownMark}\nauto ${link}\niface ${link} inet dhcp\n`;
  const folder = '/etc/network/interfaces.d';
  const machine = await tree({ [`${folder}/eth0`]: own('eth0'), [`${folder}/eth7`]: own('eth7') });
  expect(failures(await simpleInit(machine.system, options))).toEqual([]);
  expect(await read(machine, file)).toContain('address 192.0.2.10');
  expect(await machine.system.files.list(folder)).toEqual(['eth0.cfg', 'eth7']);
});

test('every mistake is named at its path, and costs its own part only', async () => {
  const links = [{ id: 'tap0', type: 'phy', ethernet_mac_address: 'nonsense' }];
  const networks = [{ id: 'network0', link: 'tap0', type: 'ipv4', ip_address: '192.0.2.300', netmask: '255.0.255.0' }];
  const files = { 'network_data.json': { links, networks }, 'meta_data.json': '{"name":' };
  const machine = await machineTree(treeOf({ files, nics: { eth0: nic } }));
  const [failure, ...others] = failures(await simpleInit(machine.system, options));
  expect(others).toEqual([]);
  expect(failure).toMatchObject({ code: 'config-drive.invalid', exitCode: 3 });
  const cause = (failure as Error).cause as AggregateError;
  expect(cause.errors.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^meta_data\.json: is not valid JSON/),
    'network_data.json: links[0].ethernet_mac_address: is not a MAC address',
    'network_data.json: networks[0]: has no ipv4 address',
  ]);
  expect(await read(machine, file)).toContain('iface eth0 inet dhcp');
});

describe('A1: simple-init by hand', () => {
  test.each([
    ['a payload is on record', '/var/lib/gandi/applied.json'],
    ['a drive is on record', '/var/lib/gandi/drive.json'],
  ])('is refused where %s, whatever is mounted', async (_, path) => {
    const { system } = await tree({ [path]: '{}' });
    const refused = { code: 'simple-init.configured', exitCode: 4 };
    await expect(requireUnconfigured(system, false)).rejects.toMatchObject(refused);
    await expect(requireUnconfigured(system, true)).rejects.toMatchObject(refused);
  });

  test('is refused where no drive is mounted, unless that is wanted', async () => {
    const { system } = await machineTree({ '/etc/os-release': 'ID=debian\n' });
    await expect(requireUnconfigured(system, false)).rejects.toMatchObject({
      code: 'simple-init.no-drive',
      exitCode: 4,
    });
    await requireUnconfigured(system, true);
  });

  test('runs where a drive is mounted on a machine that nothing configured', async () => {
    await requireUnconfigured((await tree()).system, false);
  });
});
