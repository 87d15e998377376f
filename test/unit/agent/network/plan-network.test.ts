import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type NetworkFiles, observeNetworkFiles } from '../../../../src/agent/network/network-tool.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { planNetwork, wantedNetwork } from '../../../../src/agent/network/plan-network.ts';
import { ownMark } from '../../../../src/agent/network-config/own-files.ts';
import { digestOf } from '../../../../src/agent/network/written-files.ts';
import { machineConfig } from '../machine-config/machine-config-example.ts';
import { placedNic } from './nic-example.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const { flags } = parseFlags('');
const nics = [placedNic('eth0', 2)];
const scope = { isNew: true, dhcpFallback: false };
const factsOf = (network: NetworkFiles) => ({ description: machineConfig.network, network, nics });
const wants = '/etc/systemd/system/multi-user.target.wants';

const machines = {
  netplan: { '/usr/sbin/netplan': '', '/etc/netplan/01-base.yaml': 'network: {version: 2}\n' },
  ifupdown: { '/usr/sbin/ifup': '', [`${wants}/networking.service`]: '' },
  NetworkManager: { '/usr/sbin/NetworkManager': '', [`${wants}/NetworkManager.service`]: '' },
  networkd: { '/usr/lib/systemd/systemd-networkd': '', [`${wants}/systemd-networkd.service`]: '' },
  wicked: { '/usr/sbin/wicked': '', [`${wants}/wicked.service`]: '' },
  'network-scripts': { '/etc/sysconfig/network-scripts/ifup-eth': '', '/etc/rc.d/rc3.d/S10network': '' },
} as const;

async function observed(files: Readonly<Record<string, string>>) {
  const { system } = await machineTree(files);
  return observeNetworkFiles(system);
}

async function planned(files: Readonly<Record<string, string>>) {
  const network = await observed(files);
  const [action, ...more] = planNetwork(factsOf(network), flags, scope);
  expect(more).toEqual([]);
  const changes = action?.kind === 'change-network' ? action.files : [];
  return { action, changes, notes: wantedNetwork(factsOf(network), flags, scope).notes };
}

describe('which tool gets the files', () => {
  test.each(Object.entries(machines))('%s, where it alone is installed and enabled', async (name, files) => {
    expect((await observed(files)).tool?.name).toBe(name);
  });

  test.each([
    ['netplan before networkd, which it writes for', 'netplan', { ...machines.netplan, ...machines.networkd }],
    ['ifupdown before NetworkManager', 'ifupdown', { ...machines.ifupdown, ...machines.NetworkManager }],
    ['NetworkManager before networkd', 'NetworkManager', { ...machines.NetworkManager, ...machines.networkd }],
    ['not netplan where none of its files is', 'networkd', { '/usr/sbin/netplan': '', ...machines.networkd }],
    ['not ifupdown where it is not started', 'networkd', { '/usr/sbin/ifup': '', ...machines.networkd }],
  ])('%s', async (_, name, files) => {
    expect((await observed(files)).tool?.name).toBe(name);
  });

  test('where none is, nothing is written, and said', async () => {
    const { action, notes } = await planned({ '/usr/sbin/ifup': '' });
    expect(action).toBeUndefined();
    expect(notes).toEqual([expect.stringContaining('the network is not configured')]);
  });
});

describe("an admin's own file for the NIC wins, and is named", () => {
  test.each([
    ['netplan', '/etc/netplan/01-base.yaml', 'network:\n  ethernets:\n    eth0: {dhcp4: true}\n'],
    ['netplan', '/etc/netplan/01-base.yaml', 'network: {ethernets: {all: {match: {name: "e*"}, dhcp4: true}}}\n'],
    ['netplan', '/etc/netplan/60-lan.yaml', 'network: {ethernets: {a: {match: {macaddress: "52:54:00:00:00:02"}}}}\n'],
    ['ifupdown', '/etc/network/interfaces', 'auto eth0\niface eth0 inet dhcp\n'],
    ['ifupdown', '/etc/network/interfaces.d/50-cloud-init', 'iface eth0 inet dhcp\n'],
    [
      'NetworkManager',
      '/etc/NetworkManager/system-connections/lan.nmconnection',
      '[connection]\ninterface-name=eth0\n',
    ],
    ['NetworkManager', '/etc/NetworkManager/system-connections/lan', '[ethernet]\nmac-address=52:54:00:00:00:02\n'],
    ['NetworkManager', '/etc/sysconfig/network-scripts/ifcfg-eth0', 'DEVICE=eth0\n'],
    ['networkd', '/etc/systemd/network/20-wired.network', '[Match]\nName=en* eth*\n\n[Network]\nDHCP=yes\n'],
    ['networkd', '/etc/systemd/network/20-wired.network', '[Match]\nMACAddress=52:54:00:00:00:02\n'],
    ['wicked', '/etc/sysconfig/network/ifcfg-eth0', "BOOTPROTO='dhcp'\n"],
    ['network-scripts', '/etc/sysconfig/network-scripts/ifcfg-eth0', 'BOOTPROTO=dhcp\n'],
  ] as const)('%s: %s says %j', async (tool, path, text) => {
    const { action, notes } = await planned({ ...machines[tool], [path]: text });
    expect(action).toBeUndefined();
    expect(notes).toEqual([`eth0: ${path} configures it and wins`]);
  });

  test.each([
    ['netplan', '/etc/netplan/01-base.yaml', 'network:\n  ethernets:\n    eth10: {dhcp4: true}\n'],
    ['netplan', '/etc/netplan/01-base.yaml', 'not: [yaml\n'],
    ['ifupdown', '/etc/network/interfaces.d/lan', 'iface eth10 inet dhcp\n'],
    ['NetworkManager', '/etc/NetworkManager/system-connections/any.nmconnection', '[connection]\ntype=ethernet\n'],
    ['networkd', '/etc/systemd/network/20-wired.network', '[Match]\nName=eth1*\n\n[Network]\nName=eth0\n'],
    ['network-scripts', '/etc/sysconfig/network-scripts/ifcfg-eth10', 'DEVICE=eth10\n'],
  ] as const)('a file for another does not: %s: %s says %j', async (tool, path, text) => {
    const { changes, notes } = await planned({ ...machines[tool], [path]: text });
    expect(changes.length).toBeGreaterThan(0);
    expect(notes).toEqual([]);
  });
});

describe('files of our own', () => {
  const path = '/etc/network/interfaces.d/eth0';
  const main = { '/etc/network/interfaces': 'source /etc/network/interfaces.d/*\n' };

  test('that carry our mark are replaced', async () => {
    const { changes } = await planned({ ...machines.ifupdown, ...main, [path]: `${ownMark}\niface eth0 inet dhcp\n` });
    expect(changes).toMatchObject([{ path, content: expect.stringContaining('192.0.2.10/24') }]);
  });

  test('that are right are left', async () => {
    const { changes } = await planned({ ...machines.ifupdown, ...main });
    const { action } = await planned({ ...machines.ifupdown, ...main, [path]: changes[0]?.content ?? '' });
    expect(action).toBeUndefined();
  });

  test("whose mark was removed are the admin's", async () => {
    const { changes } = await planned({ ...machines.ifupdown, ...main });
    const kept = changes[0]?.content?.replace(`${ownMark}\n`, '') ?? '';
    const { action, notes } = await planned({ ...machines.ifupdown, ...main, [path]: kept });
    expect(action).toBeUndefined();
    expect(notes).toEqual([`eth0: ${path} configures it and wins`]);
  });

  test('that were switched off by a link to /dev/null stay so', async () => {
    const { system, root } = await machineTree(machines.networkd);
    const own = '/etc/systemd/network/10-gandi-eth0.network';
    await mkdir(join(root, dirname(own)), { recursive: true });
    await symlink('/dev/null', join(root, own));
    const network = await observeNetworkFiles(system);
    expect(planNetwork(factsOf(network), flags, scope)).toEqual([]);
    expect(wantedNetwork(factsOf(network), flags, scope).notes).toEqual([`eth0: ${own} configures it and wins`]);
  });

  test('of a config-drive are told apart by their record, and without it are left', async () => {
    const record = '/var/lib/gandi/network-files.json';
    const text = 'auto eth0\niface eth0 inet dhcp\n';
    const drive = { ...machines.ifupdown, ...main, '/etc/network/interfaces.d/eth0.cfg': text };
    const known = JSON.stringify({ '/etc/network/interfaces.d/eth0.cfg': [digestOf(text)] });
    expect((await planned({ ...drive, [record]: known })).changes).toMatchObject([
      { path },
      { path: '/etc/network/interfaces.d/eth0.cfg', content: null },
    ]);
    expect((await planned({ ...drive, [record]: 'broken' })).changes).toEqual([]);
  });

  test('of an interface that is gone are removed', async () => {
    const old = { '/etc/network/interfaces.d/eth1': `${ownMark}\nauto eth1\niface eth1 inet dhcp\n` };
    const { changes } = await planned({ ...machines.ifupdown, ...main, ...old });
    expect(changes).toContainEqual({ path: '/etc/network/interfaces.d/eth1', mode: 0o644, content: null });
  });

  test('A1: of an interface that is there, and that nothing else configures, stay: an old address is better than none', async () => {
    const old = { '/etc/network/interfaces.d/eth1': `${ownMark}\nauto eth1\niface eth1 inet dhcp\n` };
    const network = await observed({ ...machines.ifupdown, ...main, ...old });
    const facts = factsOf(network);
    const two = { ...facts, nics: [...facts.nics, placedNic('eth1', 3)] };
    expect(JSON.stringify(planNetwork(two, flags, scope))).not.toContain('interfaces.d/eth1');
    const described = { ...old, '/etc/network/interfaces.d/mine': 'auto eth1\niface eth1 inet static\n' };
    const foreign = factsOf(await observed({ ...machines.ifupdown, ...main, ...described }));
    expect(JSON.stringify(planNetwork({ ...foreign, nics: two.nics }, flags, scope))).toContain('interfaces.d/eth1');
  });

  test('an image of a machine with MAC addresses unknown is matched by name', async () => {
    const network = await observed(machines.networkd);
    const [action] = planNetwork(
      { ...factsOf(network), nics: [{ ...placedNic('eth0', 2), macAddress: '' }] },
      flags,
      scope,
    );
    expect(action).toMatchObject({ files: [{ content: expect.stringContaining('[Match]\nName=eth0\n') }] });
  });
});
