import { describe, expect, test } from 'vitest';
import type { ChangeNetwork } from '../../../../src/agent/network/change-network.ts';
import { changeNetwork } from '../../../../src/agent/network/change-network.ts';
import { readNetworkTrial } from '../../../../src/agent/network/network-trial.ts';
import { machineTree } from '../../core/system/machine-tree.ts';
import { networkMachine } from '../action/network-machine.ts';

const path = '/etc/network/interfaces.d/eth0';
const change = (content: string | null, changes: Partial<ChangeNetwork> = {}): ChangeNetwork => ({
  kind: 'change-network',
  tool: 'ifupdown',
  files: [{ path, mode: 0o644, content }],
  links: ['eth0'],
  wayOut: { kind: 'gateways', gateways: ['192.0.2.254'] },
  ...changes,
});
const isLive = (tool: string) => (tool === 'systemctl' ? { stdout: 'ActiveState=active\n' } : undefined);
const running = { '/run/systemd/system/.keep': '' };

test('row 1: what the tool refuses replaces nothing, and is told with its words', async () => {
  const refuses = (tool: string) => (tool === 'ifquery' ? { exitCode: 1, stderr: 'interfaces:3: no' } : undefined);
  const { system } = await networkMachine({ [path]: 'old\n' }, refuses);
  await expect(changeNetwork(change('new\n'), system)).rejects.toMatchObject({
    code: 'network.refused-by-check',
    cause: 'interfaces:3: no',
  });
  expect(await system.files.read(path)).toBe('old\n');
  expect(await readNetworkTrial(system)).toBeUndefined();
});

test.each<[ChangeNetwork['tool'], string, string]>([
  ['netplan', '/etc/netplan/90-gandi.yaml', 'generate --root-dir'],
  ['NetworkManager', '/etc/NetworkManager/system-connections/gandi-eth0.nmconnection', 'nmcli --offline'],
])('row 1: %s is asked by its own program', async (tool, file, program) => {
  const there = { '/usr/libexec/netplan/generate': '', '/etc/netplan/01-base.yaml': 'network: {}\n' };
  const { system, ran } = await networkMachine(there, (name) =>
    /generate|nmcli/.test(name) ? { exitCode: 1, stderr: 'no' } : undefined,
  );
  const action = change('new\n', { tool, files: [{ path: file, mode: 0o600, content: 'new\n' }] });
  await expect(changeNetwork(action, system)).rejects.toMatchObject({ code: 'network.refused-by-check' });
  expect(ran).toEqual([expect.stringContaining(program)]);
});

test('at boot, what is replaced is on record before it is replaced', async () => {
  const { system, ran } = await networkMachine({ [path]: 'old\n' });
  await changeNetwork(change('new\n'), system);
  expect(await system.files.read(path)).toBe('new\n');
  expect(await readNetworkTrial(system)).toMatchObject({
    live: false,
    inPlace: 'new',
    files: [{ path, old: 'old\n', new: 'new\n' }],
  });
  expect(ran.filter((line) => line.includes('gandi-network'))).toEqual([]);
});

test('at boot, netplan hands on what was written, as its generator ran before; where the network runs it is applied later', async () => {
  const generator = '/usr/libexec/netplan/generate';
  const files = [{ path: '/etc/netplan/90-gandi.yaml', mode: 0o600, content: 'network: {}\n' }];
  const atBoot = await networkMachine({ [generator]: '' });
  await changeNetwork(change(null, { tool: 'netplan', files }), atBoot.system);
  expect(atBoot.ran.at(-1)).toBe(generator);
  const live = await networkMachine({ ...running, [generator]: '' }, isLive);
  await changeNetwork(change(null, { tool: 'netplan', files }), live.system);
  expect(live.ran).not.toContain(generator);
});

test('at boot, a first configuration is not on trial', async () => {
  const { system } = await networkMachine({});
  await changeNetwork(change('new\n'), system);
  expect(await system.files.read(path)).toBe('new\n');
  expect(await readNetworkTrial(system)).toBeUndefined();
});

test('where the network runs, the unit that confirms is started', async () => {
  const { system, ran } = await networkMachine(running, isLive);
  await changeNetwork(change('new\n'), system);
  expect(await readNetworkTrial(system)).toMatchObject({ live: true, files: [{ old: null }] });
  expect(ran.at(-1)).toBe('systemctl --no-block restart gandi-network.service');
});

test('a second change before the first has shown that it works returns to what was before both', async () => {
  const { system } = await networkMachine({ [path]: 'old\n' });
  await changeNetwork(change('new\n'), system);
  await changeNetwork(change('newer\n'), system);
  expect(await readNetworkTrial(system)).toMatchObject({ files: [{ old: 'old\n', new: 'newer\n' }] });
});

test('a file that is to go goes, and is kept where an admin may have changed it', async () => {
  const { system } = await networkMachine({ [path]: 'old\n' });
  await changeNetwork(change(null, { keepOld: true }), system);
  expect(await system.files.read(path)).toBeUndefined();
  expect(await system.files.list('/var/lib/gandi/replaced/etc/network/interfaces.d')).toHaveLength(1);
});

describe('on a tree that is not running', () => {
  test('files are written, nobody is asked and nothing is on trial', async () => {
    const { system } = await machineTree({ [path]: 'old\n' });
    await changeNetwork(change('new\n'), system);
    expect(await system.files.read(path)).toBe('new\n');
    expect(await readNetworkTrial(system)).toBeUndefined();
  });
});
