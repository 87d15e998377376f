import { expect, test } from 'vitest';
import { type DefaultRoute, hasWayOut, wayOutOf } from '../../../../src/agent/network/way-out.ts';
import { modelOf } from './golden-model.ts';

const route = (gateway: string | null, answers: boolean): DefaultRoute => ({
  family: 'ipv4',
  gateway,
  device: 'eth0',
  answers,
});

test.each([
  ['single-ipv4', { kind: 'gateways', gateways: ['192.0.2.254'] }],
  ['static-ipv6', { kind: 'gateways', gateways: ['192.0.2.254', '2001:db8::1'] }],
  ['dual-stack', { kind: 'gateways', gateways: ['192.0.2.254'] }],
  ['ipv6-only', { kind: 'any' }],
  ['dhcp', { kind: 'any' }],
  ['private-only', { kind: 'none' }],
])('%s shows that it works by %j', (name, expected) => {
  expect(wayOutOf(modelOf(name))).toEqual(expected);
});

test.each([
  ['a gateway that answers', [route('192.0.2.254', true)], true],
  ['a gateway that does not answer', [route('192.0.2.254', false)], false],
  ['another gateway', [route('192.0.2.1', true)], false],
  ['no default route', [], false],
])('a configuration that names its gateway, and %s', (_, routes, expected) => {
  expect(hasWayOut({ kind: 'gateways', gateways: ['192.0.2.254'] }, routes)).toBe(expected);
});

test.each([
  ['one gateway that answers', [route('192.0.2.1', true)], true],
  ['a tunnel', [route(null, false)], true],
  ['a gateway that does not answer', [route('192.0.2.1', false)], false],
])('a configuration that names none, and %s', (_, routes, expected) => {
  expect(hasWayOut({ kind: 'any' }, routes)).toBe(expected);
});

test('a configuration without a way out has none to lose', () => {
  expect(hasWayOut({ kind: 'none' }, [])).toBe(true);
});
