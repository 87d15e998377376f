import { expect, test } from 'vitest';
import {
  declaresLink,
  renderIfupdown,
  withSourceLine,
} from '../../../../src/agent/network-config/renderers/ifupdown.ts';
import { machineConfig, machineWith, publicInterface } from '../machine-config/machine-config-example.ts';
import { placed, placedNic } from './nic-example.ts';

test('a static address with the default gateway, and IPv6 by router advertisement', () => {
  const { model } = placed(machineConfig.network, [placedNic('eth0', 2)]);
  const [file] = renderIfupdown(model);
  expect(file).toMatchObject({ path: '/etc/network/interfaces.d/eth0', mode: 0o644 });
  expect(file?.content.split('\n').slice(1).join('\n')).toBe(
    'auto eth0\niface eth0 inet static\n    address 192.0.2.10/24\n    gateway 192.0.2.254\niface eth0 inet6 auto\n',
  );
});

test('an interface is found where the kernel names are others', () => {
  const { model, notes } = placed(machineConfig.network, [placedNic('enp0s2', 2)]);
  expect(model.links.map(({ name }) => name)).toEqual(['enp0s2']);
  expect(notes).toEqual([]);
});

test('interface 1 is eth1 even if eth0 is not there', () => {
  const { network } = machineWith({ vif: [{ vif_number: 1 }] });
  const { model } = placed(network, [placedNic('eth1', 3)]);
  expect(model.links.map(({ name }) => name)).toEqual(['eth1']);
});

test('an interface that the machine does not have is named', () => {
  expect(placed(machineConfig.network, []).notes).toEqual([expect.stringContaining('no NIC of the number 0')]);
});

test('what software made is not an interface of the platform', () => {
  const veth = { ...placedNic('veth0', 2), isDevice: false };
  const { model } = placed(machineConfig.network, [veth, placedNic('ens3', 3)]);
  expect(model.links.map(({ name }) => name)).toEqual(['ens3']);
});

test('only interface 0 carries the default route', () => {
  const second = {
    vif_number: 1,
    pna: [{ pna_address: '198.51.100.9', pbn: { pbn_network: '198.51.100.0/24', pbn_gateway: '198.51.100.254' } }],
  };
  const { network } = machineWith({ vif: [publicInterface, second] });
  const { model, gateways } = placed(network, [placedNic('eth0', 2), placedNic('eth1', 3)]);
  expect(renderIfupdown(model)[1]?.content).not.toContain('gateway');
  expect(gateways.get('eth1')).toBe('198.51.100.254');
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
