import { describe, expect, test } from 'vitest';
import { planDrive } from '../../../../src/agent/bootstrap/plan-drive.ts';
import { describeError } from '../../../../src/core/error/agent-error.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { machineTree } from '../../core/system/machine-tree.ts';
import { treeOf } from '../simple-init/noop-files.ts';
import { driveFacts, driveOf } from './drive-example.ts';

// What clouds write into network_data.json and meta_data.json, by the road from the drive to the files of the machine.
const nics = { eth0: 'fa:16:3e:00:00:01', eth1: 'fa:16:3e:00:00:02' };
const wants = '/etc/systemd/system/multi-user.target.wants';
const tools = {
  ifupdown: { '/usr/sbin/ifup': '', [`${wants}/networking.service`]: '' },
  networkd: { '/usr/lib/systemd/systemd-networkd': '', [`${wants}/systemd-networkd.service`]: '' },
  rocky9: {
    '/etc/os-release': 'ID=rocky\nID_LIKE="rhel centos fedora"\nVERSION_ID=9.5\nPLATFORM_ID="platform:el9"\n',
    '/usr/sbin/NetworkManager': '',
    [`${wants}/NetworkManager.service`]: '',
  },
};
type Tool = keyof typeof tools;

const l0 = { id: 'l0', type: 'phy', ethernet_mac_address: nics.eth0 };
const l1 = { id: 'l1', type: 'phy', ethernet_mac_address: nics.eth1 };
const n0 = { id: 'n0', link: 'l0', type: 'ipv4', ip_address: '192.0.2.10', netmask: '255.255.255.0' };
const portGroup = '9f1c5f64-2f0a-4a1e-9a53-9d3d1b3c0f11';

async function planned(tool: Tool, files: Readonly<Record<string, unknown>>) {
  const devices = Object.keys(nics).map((name) => [`/sys/class/net/${name}/device/vendor`, '0x1af4\n']);
  const there = { ...tools[tool], ...(Object.fromEntries(devices) as Record<string, string>) };
  const { system } = await machineTree(treeOf({ files: {}, nics, there }));
  const below = Object.entries(files).map(([path, value]) => [`openstack/${path}`, value] as const);
  const drive = await driveOf('config-drive', Object.fromEntries(below));
  const { steps, notes, mistakes } = planDrive(await driveFacts(system, drive), parseFlags('CONFIG_SSH_KEYS=0').flags);
  const actions = steps.flatMap((step) => step.actions);
  const network = actions.flatMap((action) => (action.kind === 'change-network' ? action.files : []));
  return {
    actions,
    notes: notes ?? [],
    mistakes: (mistakes ?? []).map((error) => describeError(error)),
    files: new Map(network.map(({ path, content }) => [path, content ?? ''])),
  };
}

function plannedNetwork(tool: Tool, network: object) {
  return planned(tool, { 'latest/network_data.json': network });
}

async function ifupdownFile(name: string, network: object): Promise<string | undefined> {
  return (await plannedNetwork('ifupdown', network)).files.get(`/etc/network/interfaces.d/${name}`);
}

describe('a bond', () => {
  const bond = { id: portGroup, type: 'bond', bond_links: ['l0', 'l1'], bond_mode: '802.3ad', bond_miimon: '100' };
  const on = { ...n0, link: portGroup };

  test('whose id is the UUID of a port group is bond0, for its members too', async () => {
    const { files, mistakes } = await plannedNetwork('ifupdown', { links: [l0, l1, bond], networks: [on] });
    expect(mistakes).toEqual([]);
    expect([...files.keys()].sort()).toEqual([
      '/etc/network/interfaces',
      '/etc/network/interfaces.d/bond0',
      '/etc/network/interfaces.d/eth0',
      '/etc/network/interfaces.d/eth1',
    ]);
    expect(files.get('/etc/network/interfaces.d/bond0')).toContain('address 192.0.2.10/24');
    expect(files.get('/etc/network/interfaces.d/eth1')).toContain('bond-master bond0\n');
    expect([...files.values()].join('')).not.toContain(portGroup);
  });

  test('with a netdev of networkd has its address in a file of its own, which waits for no member', async () => {
    const { files } = await plannedNetwork('networkd', { links: [l0, l1, bond], networks: [on] });
    expect(files.get('/etc/systemd/network/10-gandi-bond0.netdev')).toContain('Mode=802.3ad\nMIIMonitorSec=100ms\n');
    expect(files.get('/etc/systemd/network/10-gandi-bond0.network')).toContain('[Match]\nName=bond0\n');
    expect(files.get('/etc/systemd/network/10-gandi-eth0.network')).toContain('Bond=bond0\n');
  });

  test.each([
    [0, 'balance-rr'],
    [1, 'active-backup'],
    [4, '802.3ad'],
    ['4', '802.3ad'],
    ['6', 'balance-alb'],
  ])('of the mode %j is drawn as %s', async (bond_mode, name) => {
    const { files } = await plannedNetwork('networkd', { links: [l0, l1, { ...bond, bond_mode }], networks: [on] });
    expect(files.get('/etc/systemd/network/10-gandi-bond0.netdev')).toContain(`Mode=${name}\n`);
  });
});

describe('a gateway that is not on the link', () => {
  const routes = [{ network: '0.0.0.0', netmask: '0.0.0.0', gateway: '203.0.113.1' }];
  const alone = { ...n0, netmask: '255.255.255.255' };

  test.each([
    ['of a route', { ...alone, routes }],
    ['of the network', { ...alone, gateway: '203.0.113.1' }],
  ])('is told to networkd as on the link: %s', async (_, network) => {
    const { files } = await plannedNetwork('networkd', { links: [l0], networks: [network] });
    expect(files.get('/etc/systemd/network/10-gandi-eth0.network')).toContain(
      '[Route]\nDestination=0.0.0.0/0\nGateway=203.0.113.1\nGatewayOnLink=yes\n',
    );
  });

  test('is told to networkd as on the link in IPv6 too', async () => {
    const ipv6 = {
      id: 'n0',
      link: 'l0',
      type: 'ipv6',
      ip_address: '2001:db8::10/128',
      gateway: '2001:db8:ffff::1',
    };
    const { files } = await plannedNetwork('networkd', { links: [l0], networks: [ipv6] });
    expect(files.get('/etc/systemd/network/10-gandi-eth0.network')).toContain(
      'Gateway=2001:db8:ffff::1\nGatewayOnLink=yes\n',
    );
  });
});

describe('routes of a network', () => {
  const route = { network: '198.51.100.0', netmask: '255.255.255.0', gateway: '192.0.2.1' };

  test('are set on ifupdown by ip(8), which every system has', async () => {
    const text = await ifupdownFile('eth0', { links: [l0], networks: [{ ...n0, routes: [route] }] });
    expect(text).toMatch(/^ {4}up ip -4 route \S+ 198\.51\.100\.0\/24 via 192\.0\.2\.1 dev/m);
    expect(text).not.toMatch(/\broute add -net\b/);
  });

  test.each([
    ['a prefix length behind the network', { network: '198.51.100.0/24', gateway: '192.0.2.1' }],
    ['a netmask that is a number', { ...route, netmask: 24 }],
  ])('may have %s', async (_, given) => {
    const text = await ifupdownFile('eth0', { links: [l0], networks: [{ ...n0, routes: [given] }] });
    expect(text).toContain(' 198.51.100.0/24 via 192.0.2.1 ');
  });

  test('that are none cost their own network', async () => {
    const { files, mistakes } = await plannedNetwork('ifupdown', {
      links: [l0, l1],
      networks: [
        { ...n0, routes: [{ network: 'default', gateway: '192.0.2.1' }] },
        { ...n0, id: 'n1', link: 'l1', ip_address: '198.51.100.7', gateway: '' },
      ],
    });
    expect(mistakes).toEqual([expect.stringContaining('networks[0].routes[0]')]);
    expect(files.get('/etc/network/interfaces.d/eth1')).toContain('address 198.51.100.7/24');
    expect([...files.values()].join('')).not.toContain('192.0.2.10');
  });
});

describe('name servers of a network', () => {
  const networks = [{ ...n0, services: [{ type: 'dns', address: '192.0.2.53' }] }];

  test('are those of the machine where the tool knows none', async () => {
    const { actions } = await plannedNetwork('ifupdown', { links: [l0], networks });
    expect(actions).toContainEqual(
      expect.objectContaining({
        kind: 'write-file',
        path: '/etc/resolv.conf',
        content: expect.stringContaining('nameserver 192.0.2.53\n'),
      }),
    );
  });

  test('are those of the link for networkd', async () => {
    const { files } = await plannedNetwork('networkd', { links: [l0], networks });
    expect(files.get('/etc/systemd/network/10-gandi-eth0.network')).toContain('DNS=192.0.2.53\n');
  });
});

describe('a network in the words of interfaces(5)', () => {
  const text =
    'auto eth0\niface eth0 inet static\n  address 192.0.2.10\n  netmask 255.255.255.0\n  gateway 192.0.2.1\n';
  const metadata = { network_config: { content_path: '/content/0000' } };

  test('is read where content_path points to it', async () => {
    const { files, mistakes } = await planned('ifupdown', { 'latest/meta_data.json': metadata, 'content/0000': text });
    expect(mistakes).toEqual([]);
    expect(files.get('/etc/network/interfaces.d/eth0')).toContain('address 192.0.2.10/24\n    gateway 192.0.2.1\n');
  });

  test('is not read where network_data.json is there', async () => {
    const { files } = await planned('ifupdown', {
      'latest/meta_data.json': metadata,
      'latest/network_data.json': { links: [l0], networks: [{ ...n0, ip_address: '192.0.2.77' }] },
      'content/0000': text,
    });
    expect(files.get('/etc/network/interfaces.d/eth0')).toContain('address 192.0.2.77/24\n');
  });

  test('that is not there is a mistake, and the NICs get DHCP', async () => {
    const { files, mistakes } = await planned('ifupdown', { 'latest/meta_data.json': metadata });
    expect(mistakes).toEqual([expect.stringContaining('meta_data.json: network_config.content_path')]);
    expect(files.get('/etc/network/interfaces.d/eth0')).toContain('iface eth0 inet dhcp\n');
  });
});

describe('links', () => {
  test('of one id are a mistake, and neither NIC gets the address of the network that names them', async () => {
    const { files, mistakes } = await plannedNetwork('ifupdown', {
      links: [l0, { ...l1, id: 'l0' }],
      networks: [n0],
    });
    expect(mistakes).toEqual([expect.stringContaining('links[1].id: is the id of another link too')]);
    expect([...files.values()].join('')).not.toContain('192.0.2.10');
  });

  test('two networks may name the same link: both addresses are there', async () => {
    const text = await ifupdownFile('eth0', {
      links: [l0],
      networks: [n0, { ...n0, id: 'n1', ip_address: '198.51.100.7' }],
    });
    expect(text).toContain('192.0.2.10/24');
    expect(text).toContain('198.51.100.7/24');
  });

  test('a network that names no link of the drive is a mistake of its own', async () => {
    const { files, mistakes } = await plannedNetwork('ifupdown', {
      links: [l0],
      networks: [n0, { ...n0, id: 'n1', link: 'tap9' }],
    });
    expect(mistakes).toEqual([expect.stringContaining('networks[1].link: names no link of this description')]);
    expect(files.get('/etc/network/interfaces.d/eth0')).toContain('192.0.2.10/24');
  });

  test.each([
    [0, []],
    ['1450', []],
    ['0', ['network_data.json: links[0].mtu: is not an MTU between 68 and 65536 and was left out']],
    [20, ['network_data.json: links[0].mtu: is not an MTU between 68 and 65536 and was left out']],
  ])('an MTU of %j does not cost the network', async (mtu, told) => {
    const { files, notes, mistakes } = await plannedNetwork('ifupdown', { links: [{ ...l0, mtu }], networks: [n0] });
    const text = files.get('/etc/network/interfaces.d/eth0');
    expect({ notes, mistakes }).toEqual({ notes: told, mistakes: [] });
    expect(text).toContain('address 192.0.2.10/24');
    expect(/mtu (\d+)/.exec(text ?? '')?.[1]).toBe(mtu === '1450' ? '1450' : undefined);
  });

  test.each([
    ['hyphens', 'FA-16-3E-00-00-01'],
    ['capitals', 'FA:16:3E:00:00:01'],
  ])('a MAC address with %s finds its NIC', async (_, ethernet_mac_address) => {
    const text = await ifupdownFile('eth0', { links: [{ ...l0, ethernet_mac_address }], networks: [n0] });
    expect(text).toContain('192.0.2.10/24');
  });

  test('without a MAC address is found by its name, or left out and named', async () => {
    const { files, notes, mistakes } = await plannedNetwork('ifupdown', {
      links: [
        { id: 'l0', type: 'phy', name: 'eth0' },
        { id: 'l1', type: 'phy' },
      ],
      networks: [n0, { ...n0, id: 'n1', link: 'l1', ip_address: '198.51.100.7' }],
    });
    expect(files.get('/etc/network/interfaces.d/eth0')).toContain('192.0.2.10/24');
    expect(mistakes).toEqual([]);
    expect(notes).toEqual([expect.stringContaining('links[1]: has neither ethernet_mac_address nor the name')]);
  });
});

describe('a display name', () => {
  test.each([
    ['web 1 (prod)', 'web1.example.com', 'web1'],
    ['Сервер', 'server-1', 'server-1'],
    ['web_1', 'other', 'web-1'],
    ['a'.repeat(65), 'web1', 'web1'],
  ])('that is not a host name, %j, is replaced by hostname, %j', async (name, hostname, wanted) => {
    const { actions, mistakes } = await planned('ifupdown', { 'latest/meta_data.json': { name, hostname } });
    expect(mistakes).toEqual([]);
    expect(actions).toContainEqual(
      expect.objectContaining({ kind: 'write-file', path: '/etc/hostname', content: `${wanted}\n` }),
    );
  });

  test('beside a host name that cannot be one costs the host name alone', async () => {
    const { actions, files, mistakes } = await planned('ifupdown', {
      'latest/meta_data.json': { name: 'web 1', hostname: '-' },
      'latest/network_data.json': { links: [l0], networks: [n0] },
    });
    expect(mistakes).toEqual([expect.stringContaining('meta_data.json: name: ')]);
    expect(actions).not.toContainEqual(expect.objectContaining({ path: '/etc/hostname' }));
    expect(files.get('/etc/network/interfaces.d/eth0')).toContain('192.0.2.10/24');
  });
});

test('a route to an address with a wider netmask is one to its network, once', async () => {
  const routes = [
    { network: '10.1.2.3', netmask: '255.0.0.0', gateway: '192.0.2.2' },
    { network: '10.0.0.0', netmask: '255.0.0.0', gateway: '192.0.2.2' },
  ];
  const text = await ifupdownFile('eth0', { links: [l0], networks: [{ ...n0, routes }] });
  expect(text?.match(/^ *up .*$/gm)).toEqual(['    up ip -4 route add 10.0.0.0/8 via 192.0.2.2 dev eth0']);
});

test('on Rocky 9, where only NetworkManager runs, the network is a keyfile of its own', async () => {
  const routes = [{ network: '0.0.0.0', netmask: '0.0.0.0', gateway: '192.0.2.1' }];
  const dns = { type: 'dns', address: '192.0.2.53' };
  const network = { links: [l0], networks: [{ ...n0, routes }], services: [dns] };
  const { actions, files, mistakes, notes } = await planned('rocky9', {
    'latest/meta_data.json': { name: 'db7', uuid: 'u7' },
    'latest/network_data.json': network,
  });
  expect({ mistakes, notes }).toEqual({ mistakes: [], notes: [] });
  const keyfile = '/etc/NetworkManager/system-connections/gandi-eth0.nmconnection';
  expect([...files.keys()].filter((path) => path !== keyfile)).toEqual([
    '/etc/NetworkManager/system-connections/gandi-eth1.nmconnection',
  ]);
  expect(files.get(keyfile)).toContain('[ethernet]\nmac-address=FA:16:3E:00:00:01\n');
  expect(files.get(keyfile)).toContain('method=manual\naddress1=192.0.2.10/24,192.0.2.1\ndns=192.0.2.53;\n');
  expect(actions).toContainEqual(expect.objectContaining({ kind: 'write-file', path: '/var/lib/gandi/drive.json' }));
  expect(actions).toContainEqual(expect.objectContaining({ kind: 'write-file', path: '/etc/hostname' }));
});
