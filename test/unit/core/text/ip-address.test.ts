import { expect, test } from 'vitest';
import { isInside, isUnicast, parseAddress, parseNetwork } from '../../../../src/core/text/ip-address.ts';
import { networkOf } from '../../../../src/core/text/network-of.ts';

// Forms of inet_aton(3), which a library may take and a network file of the guest would read as another address.
test.each([
  '',
  '010.0.0.1',
  '0x7f000001',
  '127.1',
  '2130706433',
  '1.2.3',
  ' 1.2.3.4',
  'fe80::1%eth0',
  '[::1]',
  '1::2::3',
])('%j is not an address', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

test.each([
  ['2001:DB8::1', '2001:db8:0:0::0:1'],
  ['::ffff:192.0.2.1', '::ffff:c000:201'],
  ['::192.0.2.1', '::c000:201'],
  ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
])('%s and %s are one address', (one, other) => {
  expect(parseAddress(one)?.canonical).toBe(parseAddress(other)?.canonical);
});

test('the text stays as it was written, in lower case', () => {
  expect(parseAddress('2001:DB8:0::1')?.text).toBe('2001:db8:0::1');
});

test.each(['192.0.2.0', '192.0.2.0/33', '192.0.2.0/024', '2001:db8::/129', '/24'])('%j is not a network', (text) => {
  expect(parseNetwork(text)).toBeUndefined();
});

test.each([
  ['192.0.2.200', '192.0.2.1/24', true],
  ['192.0.3.1', '192.0.2.0/24', false],
  ['203.0.113.7', '0.0.0.0/0', true],
  ['192.0.2.1', '::/0', false],
  ['2001:db8:0:1::5', '2001:db8:0:1::/64', true],
  ['2001:db8:0:2::5', '2001:db8:0:1::/64', false],
  ['::192.0.2.1', '::ffff:0:0/96', false],
])('%s is in %s: %s', (text, range, expected) => {
  const [address, network] = [parseAddress(text), parseNetwork(range)];
  expect(address && network && isInside(address, network)).toBe(expected);
});

test.each([
  ['0.0.0.0', false],
  ['0.1.2.3', false],
  ['127.9.9.9', false],
  ['224.0.0.1', false],
  ['240.0.0.1', false],
  ['255.255.255.255', false],
  ['192.0.2.1', true],
  ['169.254.0.1', true],
  ['::', false],
  ['::1', false],
  ['::0.0.0.1', false],
  ['ff02::1', false],
  ['fe80::1', true],
  ['2001:db8::1', true],
])('%s can be had by one interface: %s', (text, expected) => {
  const address = parseAddress(text);
  expect(address && isUnicast(address)).toBe(expected);
});

test.each([
  ['198.51.100.77', 24, '198.51.100.0/24'],
  ['198.51.100.77', 32, '198.51.100.77/32'],
  ['198.51.100.77', 0, '0.0.0.0/0'],
])('%s with %i bits is in %s', (address, prefixLength, network) => {
  expect(networkOf(address, prefixLength)).toBe(network);
});
