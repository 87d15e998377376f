import { describe, expect, test } from 'vitest';
import { Secret } from '../../../../../src/core/secret/secret.ts';
import { hasToken, isAllowedAddress } from '../../../../../src/provision/serve/routes/access.ts';
import { plainPath } from '../../../../../src/provision/serve/routes/plain-path.ts';
import { readNetworks } from '../../../../../src/provision/cli/read-options.ts';
import { machineOfLine } from '../../../../../src/provision/serve/pxe/dnsmasq.ts';
import { elapsed } from '../../../../../src/provision/serve/page/elapsed.ts';
import { escapeMarkup } from '../../../../../src/core/text/escape-markup.ts';

describe('a path of a file', () => {
  test.each([
    ['/files/a/b', 'a/b'],
    ['/files/a%20b?x=../y', 'a b'],
    ['/files/a#b', 'a'],
    ['/files/%25', '%'],
    ['/files/a..b', 'a..b'],
    ['/files/a/.versions/1/linux', 'a/.versions/1/linux'],
  ])('%s is %s', (url, path) => {
    expect(plainPath(url, '/files/')).toBe(path);
  });

  test.each([
    '/files/',
    '/files/a//b',
    '/files/..',
    '/files/%2e%2e/a',
    '/files/a%2f..%2fb',
    '/files/a%5cb',
    '/files/a%00',
    '/files/.a',
    '/files/a/',
    '/files/%',
    '/files/%c0%ae',
    '/other/a',
  ])('%s is none', (url) => {
    expect(plainPath(url, '/files/')).toBeUndefined();
  });
});

describe('the token', () => {
  const rules = { token: new Secret('the-token'), networks: undefined };
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  test.each([
    ['Bearer the-token', true],
    ['bearer the-token', true],
    [basic('anybody:the-token'), true],
    [basic('the-token'), false],
    ['Bearer the-token2', false],
    ['Bearer ', false],
    ['the-token', false],
    ['Digest the-token', false],
    [basic('me:the-token').replace('Basic', 'Digest'), false],
    [undefined, false],
  ])('%j: %s', (header, expected) => {
    expect(hasToken(rules, header)).toBe(expected);
  });

  test('is not asked for where there is none', () => {
    expect(hasToken({ token: undefined, networks: undefined }, undefined)).toBe(true);
  });
});

test.each([
  ['192.0.2.7', true],
  ['192.0.3.7', false],
  ['2001:db8::1', true],
  ['2001:db8::2', false],
  ['', false],
])('of the networks that are allowed: %j %s', (address, expected) => {
  const networks = readNetworks('--allow', '192.0.2.0/24,2001:db8::1');
  expect(isAllowedAddress({ token: undefined, networks }, address)).toBe(expected);
});

test.each([
  ['dnsmasq-dhcp[12]: 0 PXE(pxe0) 52:54:00:00:00:07 proxy', '52:54:00:00:00:07'],
  ['dnsmasq-dhcp[12]: 0 PXE(pxe0) 192.0.2.9 52:54:00:00:00:07 undionly.kpxe', '52:54:00:00:00:07'],
  ['dnsmasq-dhcp[12]: 0 vendor class: PXEClient:Arch:00000', undefined],
])('the machine that a line of dnsmasq is about: %s', (line, mac) => {
  expect(machineOfLine(line)).toBe(mac);
});

test.each([
  [0, '0 s'],
  [59, '59 s'],
  [60, '1 min'],
  [61, '1 min 1 s'],
  [7500, '2 h 5 min'],
  [90_000, '1 d 1 h'],
  [-5, '0 s'],
])('%d seconds are %s', (seconds, expected) => {
  const now = new Date('2026-11-28T12:00:00Z');
  expect(elapsed(new Date(now.getTime() - seconds * 1000).toISOString(), now)).toBe(expected);
});

test('text in a page is text', () => {
  expect(escapeMarkup(`<a href="x" b='y'>&`)).toBe('&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;');
});
