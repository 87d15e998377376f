import { expect, test } from 'vitest';
import { converge } from '../../../../src/agent/action/converge.ts';
import { planConfigDrive } from '../../../../src/agent/bootstrap/config-drive.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { appliedRecordPath, type AppliedRecord } from '../../../../src/agent/swap-disk/applied-record.ts';
import { treeOf } from '../simple-init/noop-files.ts';
import { machineTree } from '../../core/system/machine-tree.ts';
import { location } from './swap-disk-example.ts';
import { loopOf } from '../action/loop-of.ts';

const nics = { eth0: '52:54:00:00:00:01', eth1: '52:54:00:00:00:02' };
const ifupdown = { '/usr/sbin/ifup': '' };
const record: AppliedRecord = { version: 1, payload: location, consumed: true, appliedAt: '2026-01-01T00:00:00Z' };

async function written(there: Record<string, string>, flags = ''): Promise<string[]> {
  const { system } = await machineTree(treeOf({ files: {}, nics, there }));
  const { steps } = await planConfigDrive(system, parseFlags(flags).flags);
  return steps.flatMap(({ actions }) => actions).flatMap((action) => (action.kind === 'write-file' ? action.path : []));
}

test('without payload and drive, every NIC that nothing describes gets DHCP', async () => {
  expect(await written(ifupdown)).toEqual([
    '/var/lib/gandi/network-files.json',
    '/etc/network/interfaces',
    '/etc/network/interfaces.d/eth0.cfg',
    '/etc/network/interfaces.d/eth1.cfg',
  ]);
});

test.each([
  ['a payload was applied', { [appliedRecordPath]: JSON.stringify(record) }, ''],
  ['netplan is in charge', { '/etc/netplan/50-cloud-init.yaml': 'network: {}\n' }, ''],
  ['the flag says so', {}, 'CONFIG_DHCP_FALLBACK=0'],
  ['the network is not ours to configure', {}, 'CONFIG_NETWORK=0'],
  ['only a payload may configure', {}, 'CONFIG_SOURCE=swap-payload'],
])('none where %s', async (_, there, flags) => {
  expect(await written({ ...ifupdown, ...there }, flags)).toEqual([]);
});

test('CONFIG_SOURCE=config-drive has a payload that was applied count for nothing', async () => {
  const there = { ...ifupdown, [appliedRecordPath]: JSON.stringify(record) };
  expect(await written(there, 'CONFIG_SOURCE=config-drive')).toContain('/etc/network/interfaces.d/eth1.cfg');
});

test('none where nothing reads what we could write', async () => {
  expect(await written({})).toEqual([]);
});

test.each([
  ['a file of another name', { '/etc/network/interfaces.d/50-cloud-init': 'auto eth1\niface eth1 inet dhcp\n' }],
  ['the main file', { '/etc/network/interfaces': 'source interfaces.d/*.cfg\niface eth1 inet dhcp\n' }],
])('a NIC that %s of ifupdown describes is left alone', async (_, there) => {
  const paths = await written({ ...ifupdown, ...there });
  expect(paths.filter((path) => path.includes('eth'))).toEqual(['/etc/network/interfaces.d/eth0.cfg']);
});

test.each([
  ['by name', '[Match]\nName=eth1\n\n[Network]\nDHCP=yes\n'],
  ['by a pattern', '[Match]\nName=en* eth[1-9]\n'],
  ['by address', '[Match]\nMACAddress=52:54:00:00:00:02\n'],
])('a NIC that a file of networkd matches %s is left alone', async (_, text) => {
  const enabled = { '/etc/systemd/system/multi-user.target.wants/systemd-networkd.service': '' };
  const paths = await written({ ...enabled, '/etc/systemd/network/10-lan.network': text });
  expect(paths.filter((path) => path.includes('eth'))).toEqual(['/etc/systemd/network/eth0.network']);
});

test("a payload that comes later takes back what the fallback wrote, and nothing of the admin's", async () => {
  const { system } = await machineTree(treeOf({ files: {}, nics, there: ifupdown }));
  const { flags } = parseFlags('');
  await converge(
    loopOf(async () => (await planConfigDrive(system, flags)).steps),
    system,
  );
  await system.files.replace('/etc/network/interfaces.d/eth1.cfg', 'iface eth1 inet manual\n', { mode: 0o644 });
  await system.files.replace(appliedRecordPath, JSON.stringify(record), { mode: 0o600 });
  await converge(
    loopOf(async () => (await planConfigDrive(system, flags)).steps),
    system,
  );
  expect(await system.files.list('/etc/network/interfaces.d')).toEqual(['eth1.cfg']);
  expect(await system.files.read('/var/lib/gandi/network-files.json')).toBeUndefined();
});
