import { expect, test } from 'vitest';
import { chooseNameservers, renderResolvConf } from '../../../../src/agent/network-config/resolver-file.ts';
import type { NetworkDescription } from '../../../../src/agent/network-config/description.ts';
import { machineConfig } from '../machine-config/machine-config-example.ts';

const nameservers = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8::4'];

function withFamilies(...families: ('ipv4' | 'ipv6')[]): NetworkDescription {
  const { networks } = machineConfig.network;
  return { links: [], networks: networks.filter(({ network }) => families.includes(network.family)), nameservers };
}

test('with an IPv4 interface: two of IPv4 and one of IPv6', () => {
  expect(chooseNameservers(withFamilies('ipv4', 'ipv6'))).toEqual(['192.0.2.1', '192.0.2.2', '2001:db8::1']);
});

test('on an IPv6-only machine: three of IPv6', () => {
  expect(chooseNameservers(withFamilies('ipv6'))).toEqual(['2001:db8::1', '2001:db8::2', '2001:db8::3']);
});

test('the file names each and asks to rotate', () => {
  expect(renderResolvConf(['192.0.2.1'])).toBe('nameserver 192.0.2.1\noptions timeout:1 attempts:3 rotate\n');
});

test('name servers of a network are those of the machine where the source names no others', () => {
  const [network] = machineConfig.network.networks;
  if (network === undefined) throw new Error('the example has a network');
  const own = { ...network, network: { ...network.network, nameservers: ['192.0.2.7'] } };
  expect(chooseNameservers({ links: [], networks: [own], nameservers: [] })).toEqual(['192.0.2.7']);
});
