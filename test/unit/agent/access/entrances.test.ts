import { expect, test } from 'vitest';
import { decideEntrances, type EntranceFacts } from '../../../../src/agent/access/entrances.ts';
import { renderEntrances } from '../../../../src/agent/doctor/entrance-lines.ts';
import { alice, root, withSshd } from './login-example.ts';

const facts: EntranceFacts = {
  logins: [root, alice],
  consoles: [{ terminal: 'tty1', autologin: null }],
  sshPlaces: ['192.0.2.10 port 22', '2001:db8::10 port 22'],
  nologin: undefined,
};
const lines = (changes: Partial<EntranceFacts>) =>
  renderEntrances(decideEntrances({ ...facts, ...changes }), undefined);
const keysOnly = { passwords: false, keyboardInteractive: false };

test('everybody who gets in is named, by the way and over what', () => {
  expect(lines({ logins: [withSshd(root, { rootLogin: 'keys-only' }), alice] })).toEqual([
    'who gets in:',
    '  console (tty1): root, alice',
    '  ssh by key (192.0.2.10 port 22, 2001:db8::10 port 22): root, alice',
    '  ssh by password (192.0.2.10 port 22, 2001:db8::10 port 22): alice',
  ]);
});

test('an empty password and a console that asks nobody are said aloud', () => {
  const consoles = [
    { terminal: 'hvc0', autologin: 'root' },
    { terminal: 'tty1', autologin: null },
  ];
  expect(lines({ consoles, sshPlaces: [], logins: [{ ...alice, password: 'empty' }] })).toEqual([
    'who gets in:',
    '  console, without being asked (hvc0): root',
    '  console (tty1): alice WITHOUT A PASSWORD',
  ]);
});

test('nobody gets in: each way with the first reason and the way out', () => {
  const locked = withSshd({ ...root, password: 'locked', keysFiles: [] }, keysOnly);
  expect(lines({ logins: [locked] })).toEqual([
    'NOBODY gets in:',
    expect.stringMatching(/^ {2}root, console: it has no password, or a locked one; set one with `passwd`$/),
    expect.stringMatching(/^ {2}root, ssh by key: none of the files that sshd reads has a key/),
    expect.stringMatching(/^ {2}root, ssh by password: it has no password/),
  ]);
});

test.each([
  ['an sshd that nobody reaches', { sshPlaces: [] }, 'ssh-key', 'ssh.not-listening'],
  ['a machine without a login prompt', { consoles: [] }, 'console', 'login.no-console'],
  ['nologin, for all but root', { nologin: '/etc/nologin' }, 'ssh-key', 'login.nologin'],
] as const)('%s closes a way', (_, changes, way, code) => {
  const { closed } = decideEntrances({ ...facts, ...changes });
  expect(closed).toContainEqual(expect.objectContaining({ user: 'alice', way, code }));
});

test('nologin leaves root in', () => {
  const { open } = decideEntrances({ ...facts, nologin: '/etc/nologin' });
  expect(new Set(open.map(({ user }) => user))).toEqual(new Set(['root']));
});

test('a machine without an account', () => {
  expect(lines({ logins: [] })).toEqual(['NOBODY gets in:', '  there is no account that somebody might log in as']);
});

test('what opens a way into a tree is told with the tree', () => {
  const closed = decideEntrances({ ...facts, logins: [] });
  expect(renderEntrances(closed, '/mnt')[0]).toBe('NOBODY gets in (commands are for the tree: `chroot /mnt COMMAND`):');
});
