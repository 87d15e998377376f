import { expect, test } from 'vitest';
import { leftoversIn } from '../../../../../src/provision/image/inspect/builder-leftovers.ts';
import { installedPackages } from '../../../../../src/provision/image/inspect/installed-packages.ts';
import { accountsOf, loginsOf } from '../../../../../src/provision/image/inspect/logins.ts';

const passwd = [
  'root:x:0:0:root:/root:/bin/bash',
  'daemon:x:1:1::/usr/sbin:/usr/sbin/nologin',
  'ann:x:1000:1000::/home/ann:/bin/sh',
  'bob:x:1001:1001::/home/bob:/bin/sh',
  'eve:x:1002:1002::/home/eve:/bin/sh',
  'locked:x:1003:1003::/home/locked:/bin/sh',
  '',
].join('\n');

test('who can log in is who has a password, none, or a key, and a shell', () => {
  const shadow = 'root:*:1::\ndaemon::1::\nann:$y$j9T$x:1::\nbob:!:1::\neve::1::\nlocked:!$y$j9T$x:1::\n';
  const keys = new Map([['bob', '# a comment\nssh-ed25519 AAAA one\n\nssh-rsa BBBB two\n']]);
  expect(loginsOf(accountsOf(passwd), shadow, keys)).toEqual([
    { user: 'ann', isAdministrator: false, hasPassword: true, isOpen: false, keys: 0 },
    { user: 'bob', isAdministrator: false, hasPassword: false, isOpen: false, keys: 2 },
    { user: 'eve', isAdministrator: false, hasPassword: false, isOpen: true, keys: 0 },
  ]);
});

test('an account without a line in shadow has no password', () => {
  expect(loginsOf(accountsOf(passwd), '', new Map())).toEqual([]);
});

test('packages are those that are installed, sorted', () => {
  const paragraph = (name: string, state: string) =>
    `Package: ${name}\nStatus: ${state}\nArchitecture: amd64\nDescription: a package\n Status: no field\nVersion: 1:2-3\n`;
  const status = [
    paragraph('zsh', 'install ok installed'),
    paragraph('gone', 'deinstall ok config-files'),
    paragraph('apt', 'hold ok installed'),
  ].join('\n');
  expect(installedPackages(status)).toEqual([
    { name: 'apt', version: '1:2-3', architecture: 'amd64' },
    { name: 'zsh', version: '1:2-3', architecture: 'amd64' },
  ]);
});

test.each([
  ['/etc/machine-id', '', 0],
  ['/etc/machine-id', 'uninitialized\n', 0],
  ['/etc/machine-id', '0123456789abcdef0123456789abcdef\n', 1],
  ['/usr/sbin/policy-rc.d', '', 1],
  ['/etc/passwd', 'text', 0],
])('%s with %j is left over %d times', (path, text, times) => {
  expect(leftoversIn(new Map([[path, text]]))).toHaveLength(times);
});
