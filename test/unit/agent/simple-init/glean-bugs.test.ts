import { describe, expect, test } from 'vitest';
import { chooseFamily } from '../../../../src/agent/simple-init/distros.ts';
import { noopFiles, type DriveExample } from './noop-files.ts';
import { writeBlocks } from './write-blocks.ts';

// The numbers are those of docs/config-drive.md, "Where glean fails".
const nic = '52:54:00:00:00:01';
const other = '52:54:00:00:00:02';
const physical = { id: 'tap0', type: 'phy', ethernet_mac_address: nic, mtu: 1500 };
const static4 = { id: 'network0', link: 'tap0', type: 'ipv4', ip_address: '192.0.2.10', netmask: '255.255.255.0' };

function drive(networks: readonly object[], links: readonly object[] = [physical]): DriveExample {
  return { files: { 'network_data.json': { links, networks } }, nics: { eth0: nic } };
}

async function filesOf(example: DriveExample, ...args: string[]): Promise<Map<string, string>> {
  return writeBlocks(await noopFiles(example, args));
}

describe('1: the fallback respects a file that is there', () => {
  test.each([
    ['centos', '/etc/sysconfig/network-scripts/ifcfg-eth1'],
    ['centos-10', '/etc/NetworkManager/system-connections/eth1.nmconnection'],
    ['opensuse', '/etc/sysconfig/network/ifcfg-eth1'],
    ['debian', '/etc/network/interfaces.d/eth1.cfg'],
    ['gentoo', '/etc/conf.d/net.eth1'],
    ['networkd', '/etc/systemd/network/eth1.network'],
  ])('%s: %s', async (distro, path) => {
    const example = { files: {}, nics: { eth0: nic, eth1: other }, there: { [path]: 'the admin wrote this\n' } };
    const got = await filesOf(example, '--distro', distro);
    expect([...got.keys()].filter((each) => each.includes('eth1'))).toEqual([]);
    expect([...got.keys()].filter((each) => each.includes('eth0'))).toHaveLength(1);
  });
});

test('1: so does what the admin wrote in the main file of ifupdown', async () => {
  const main = 'auto lo\niface lo inet loopback\niface eth0 inet dhcp\nsource /etc/network/interfaces.d/*\n';
  const got = await filesOf({ ...drive([static4]), there: { '/etc/network/interfaces': main } }, '--distro', 'debian');
  expect(got).toEqual(new Map([['/etc/network/interfaces', main]]));
});

test('2: networkd gets no .netdev for a NIC that is there by itself', async () => {
  const got = await filesOf(drive([static4]), '--distro', 'networkd');
  expect([...got.keys()]).toEqual(['/etc/systemd/network/eth0.network']);
});

test.each(['ipv6_dhcpv6-stateful', 'ipv6_dhcpv6_stateful', 'ipv6_dhcp'])('3: networkd takes %s', async (type) => {
  const got = await filesOf(drive([{ id: 'network0', link: 'tap0', type }]), '--distro', 'networkd');
  expect(got.get('/etc/systemd/network/eth0.network')).toContain('[Network]\nDHCP=ipv6\nIPv6AcceptRA=yes\n');
});

test('4: a NIC of Debian with router advertisements alone gets a file', async () => {
  const got = await filesOf(drive([{ id: 'network0', link: 'tap0', type: 'ipv6_slaac' }]), '--distro', 'debian');
  expect(got.get('/etc/network/interfaces.d/eth0.cfg')).toBe('auto eth0\niface eth0 inet6 auto\n');
});

test.each(['centos', 'centos-10', 'opensuse', 'gentoo'])(
  '5: a NIC with IPv6 alone is configured on %s',
  async (distro) => {
    const ipv6 = {
      id: 'network0',
      link: 'tap0',
      type: 'ipv6',
      ip_address: '2001:db8::10',
      netmask: 'ffff:ffff:ffff:ffff::',
    };
    const got = await filesOf(drive([ipv6]), '--distro', distro);
    expect([...got.values()].join('')).toContain('2001:db8::10/64');
  },
);

test('6: a VLAN that nothing carries is left out, all else is configured', async () => {
  const vlan = { id: 'vlan0', type: 'vlan', vlan_link: 'nowhere', vlan_id: 7 };
  const onVlan = { id: 'network1', link: 'vlan0', type: 'ipv4_dhcp' };
  const got = await filesOf(drive([static4, onVlan], [physical, vlan]), '--distro', 'debian');
  expect([...got.keys()]).toEqual(['/etc/network/interfaces', '/etc/network/interfaces.d/eth0.cfg']);
});

test.each(['debian', 'centos', 'centos-10', 'opensuse', 'networkd', 'gentoo'])(
  '7: two IPv4 networks on one NIC are both there on %s',
  async (distro) => {
    const second = { ...static4, id: 'network1', ip_address: '198.51.100.10' };
    const text = [...(await filesOf(drive([static4, second]), '--distro', distro)).values()].join('');
    expect(text).toContain('192.0.2.10');
    expect(text).toContain('198.51.100.10');
  },
);

test.each([
  ['debian', 'mtu 9000'],
  ['centos', 'MTU=9000'],
  ['centos-10', 'mtu=9000'],
  ['opensuse', 'MTU=9000'],
  ['networkd', 'MTUBytes=9000'],
  ['gentoo', 'mtu_eth0="9000"'],
])('8: an MTU that is not the default is set on %s', async (distro, line) => {
  const got = await filesOf(drive([static4], [{ ...physical, mtu: 9000 }]), '--distro', distro);
  expect([...got.values()].join('')).toContain(line);
});

test.each([
  ['rhel', 'ifcfg'],
  ['almalinux', 'ifcfg'],
  ['ol', 'ifcfg'],
  ['rhel-10', 'keyfile'],
  ['opensuse-leap', 'suse'],
  ['sles', 'suse'],
  ['Debian', 'ifupdown'],
])('9: %s is known, as %s', (name, family) => {
  expect(chooseFamily(name, { id: '', idLike: [], platformId: '' }).name).toBe(family);
});

test('9: os-release decides, its release 10 and its relatives too', () => {
  expect(chooseFamily(null, { id: 'linuxmint', idLike: ['ubuntu', 'debian'], platformId: '' }).name).toBe('ifupdown');
  expect(chooseFamily(null, { id: 'rhel', idLike: ['fedora'], platformId: 'platform:el10' }).name).toBe('keyfile');
});

test('9: a distribution that is not known is an error and not silence', () => {
  const choose = () => chooseFamily('plan9', { id: '', idLike: [], platformId: '' });
  expect(choose).toThrow(expect.objectContaining({ code: 'distro.unknown', exitCode: 2 }));
});

const key = `ssh-ed25519 ${Buffer.concat([Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0 '), Buffer.alloc(32, 7)]).toString('base64')} me@laptop`;

test('11: --ssh needs no /root, and a key that ends in a newline leaves no empty line', async () => {
  const files = { 'meta_data.json': { public_keys: { laptop: `${key}\n` } } };
  const got = await filesOf({ files, nics: {} }, '--distro', 'debian', '--ssh', '--skip-network');
  const text = `# Injected key laptop by keypair extension\n${key}\n`;
  expect(got).toEqual(new Map([['/root/.ssh/authorized_keys', text]]));
});

test('a name of a key cannot start a line of authorized_keys', async () => {
  const files = { 'meta_data.json': { public_keys: { 'x\nssh-rsa AAAA': key } } };
  const got = await filesOf({ files, nics: {} }, '--distro', 'debian', '--ssh', '--skip-network');
  expect(got.get('/root/.ssh/authorized_keys')?.split('\n')).toHaveLength(3);
});

test('the id of a bond cannot lead out of the folder', async () => {
  const bond = { id: '../../../evil', type: 'bond', bond_links: ['tap0'], bond_mode: '802.3ad' };
  const on = { id: 'network0', link: bond.id, type: 'ipv4_dhcp' };
  const got = await filesOf(drive([on], [physical, bond]), '--distro', 'networkd');
  expect([...got.keys()].join(' ')).not.toContain('evil');
});
