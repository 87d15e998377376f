import { expect, test } from 'vitest';
import type { Link } from '../../../../src/agent/network/links.ts';
import { planNetworkModel } from '../../../../src/agent/network/network-model.ts';
import {
  declaresLink,
  renderIfupdown,
  withSourceLine,
} from '../../../../src/agent/network-config/renderers/ifupdown.ts';
import { machineConfig } from '../machine-config/machine-config-example.ts';

const nic = (name: string, index: number): Link => ({ name, index, address: '52:54:00:00:00:01', physical: true });
const loopback: Link = { name: 'lo', index: 1, address: '00:00:00:00:00:00', physical: false };

test('a static address with the default gateway, and IPv6 by router advertisement', () => {
  const { model } = planNetworkModel(machineConfig, [loopback, nic('eth0', 2)]);
  const [file] = renderIfupdown(model);
  expect(file).toMatchObject({ path: '/etc/network/interfaces.d/eth0', mode: 0o644 });
  expect(file?.content.split('\n').slice(1).join('\n')).toBe(
    'auto eth0\niface eth0 inet static\n    address 192.0.2.10/24\n    gateway 192.0.2.254\niface eth0 inet6 auto\n',
  );
});

test('an interface is found where the kernel names are others', () => {
  const { model, missing } = planNetworkModel(machineConfig, [loopback, nic('enp0s2', 2)]);
  expect(model.links.map(({ name }) => name)).toEqual(['enp0s2']);
  expect(missing).toEqual([]);
});

test('interface 1 is eth1 even if eth0 is not there', () => {
  const config = { ...machineConfig, interfaces: [{ ...machineConfig.interfaces[0], number: 1, addresses: [] }] };
  const { model } = planNetworkModel(config, [loopback, nic('eth1', 3)]);
  expect(model.links.map(({ name }) => name)).toEqual(['eth1']);
});

test('an interface that the machine does not have is named', () => {
  expect(planNetworkModel(machineConfig, [loopback]).missing).toEqual([0]);
});

test('only interface 0 carries the default route', () => {
  const second = { ...machineConfig.interfaces[0], number: 1, addresses: machineConfig.interfaces[0]?.addresses ?? [] };
  const config = { ...machineConfig, interfaces: [...machineConfig.interfaces, second] };
  const { model } = planNetworkModel(config, [nic('eth0', 2), nic('eth1', 3)]);
  expect(renderIfupdown(model)[1]?.content).not.toContain('gateway');
});

test.each(['source /etc/network/interfaces.d/*\n', 'source-directory /etc/network/interfaces.d\n'])(
  'a main file that sources ours already is kept: %s',
  (text) => {
    expect(withSourceLine(text)).toBe(text);
  },
);

test('a main file that does not gets the line, and keeps everything else', () => {
  expect(withSourceLine('auto lo')).toBe('auto lo\nsource /etc/network/interfaces.d/*\n');
});

test('without a main file, loopback is configured too', () => {
  expect(withSourceLine(undefined)).toContain('iface lo inet loopback\n');
});

test('a link is declared by its iface line and by no other name that begins alike', () => {
  expect(declaresLink('allow-hotplug eth1\niface eth10 inet dhcp\n', 'eth1')).toBe(false);
  expect(declaresLink('  iface eth1 inet dhcp\n', 'eth1')).toBe(true);
});
