import { expect, test } from 'vitest';
import { dottedNetmask, prefixLengthOf } from '../../../../src/core/text/netmask.ts';

test.each([
  ['255.255.255.0', 'ipv4', 24],
  ['0.0.0.0', 'ipv4', 0],
  ['255.255.255.255', 'ipv4', 32],
  ['24', 'ipv4', 24],
  ['ffff:ffff:ffff:ffff::', 'ipv6', 64],
  ['::', 'ipv6', 0],
  ['64', 'ipv6', 64],
] as const)('%s of %s is %i', (mask, family, prefixLength) => {
  expect(prefixLengthOf(mask, family)).toBe(prefixLength);
});

test.each([
  ['255.0.255.0', 'ipv4'],
  ['33', 'ipv4'],
  ['ffff::', 'ipv4'],
  ['255.255.255.0', 'ipv6'],
  ['', 'ipv4'],
] as const)('%j is not a mask of %s', (mask, family) => {
  expect(prefixLengthOf(mask, family)).toBeUndefined();
});

test('a dotted mask and its length say the same', () => {
  for (let length = 0; length <= 32; length += 1) expect(prefixLengthOf(dottedNetmask(length), 'ipv4')).toBe(length);
});
