import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { LoginFacts } from '../../../../src/agent/access/login-facts.ts';
import { whyKeysAreUnused, whyPasswordIsUnused } from '../../../../src/agent/access/unused-login.ts';
import { allWays, obstaclesOf } from '../../../../src/agent/access/ways-in.ts';
import { alice, key, root, withSshd } from './login-example.ts';

const closed = (facts: LoginFacts) =>
  Object.fromEntries(
    allWays
      .map((way) => [way, obstaclesOf(way, facts).map(({ code }) => code)] as const)
      .filter(([, codes]) => codes.length > 0),
  );
const ssh = (code: string) => ({ 'ssh-key': [code], 'ssh-password': [code] });
const all = (code: string) => ({ console: [code], ...ssh(code) });
const file = alice.keysFiles[0];
if (file === undefined) throw new Error('alice has a file of keys');

test('nothing keeps alice out', () => {
  expect(closed(alice)).toEqual({});
});

const cases: readonly (readonly [string, LoginFacts, Readonly<Record<string, readonly string[]>>])[] = [
  ['nologin', { ...alice, shell: 'no-login' }, all('login.no-shell')],
  ['a shell that is not there', { ...alice, shell: 'missing' }, all('login.shell-missing')],
  ['an expired account', { ...alice, isExpired: true }, all('login.expired')],
  [
    'a locked password',
    { ...alice, password: 'locked' },
    { console: ['login.no-password'], 'ssh-password': ['login.no-password'] },
  ],
  ['no sshd', { ...alice, sshd: { kind: 'no-sshd' } }, ssh('ssh.none')],
  ['an sshd that does not start', { ...alice, sshd: { kind: 'refused', because: 'line 3' } }, ssh('ssh.refused')],
  ['PermitRootLogin no, for root', withSshd(root, { rootLogin: 'no' }), ssh('ssh.root-refused')],
  ['PermitRootLogin no, for others', withSshd(alice, { rootLogin: 'no' }), {}],
  [
    'PermitRootLogin prohibit-password',
    withSshd(root, { rootLogin: 'keys-only' }),
    { 'ssh-password': ['ssh.root-keys-only'] },
  ],
  ['commands only', withSshd(root, { rootLogin: 'forced-commands-only' }), ssh('ssh.root-commands-only')],
  ['AllowUsers of somebody else', withSshd(alice, { allowUsers: ['bob'] }), ssh('ssh.not-allowed')],
  ['AllowUsers by a pattern', withSshd(alice, { allowUsers: ['al*'] }), {}],
  ['AllowUsers from one place', withSshd(alice, { allowUsers: ['alice@10.0.0.0/8'] }), {}],
  ['DenyUsers', withSshd(alice, { denyUsers: ['alice'] }), ssh('ssh.not-allowed')],
  ['DenyUsers from one place', withSshd(alice, { denyUsers: ['alice@10.0.0.0/8'] }), {}],
  ['AllowGroups of others', withSshd(alice, { allowGroups: ['wheel'] }), ssh('ssh.not-allowed')],
  ['AllowGroups of hers', withSshd(alice, { allowGroups: ['wheel', 'sudo'] }), {}],
  ['DenyGroups', withSshd(alice, { denyGroups: ['sudo'] }), ssh('ssh.not-allowed')],
  ['PubkeyAuthentication no', withSshd(alice, { publicKeys: false }), { 'ssh-key': ['ssh.keys-off'] }],
  [
    'keys of a program alone',
    { ...withSshd(alice, { keysFiles: [], keysCommand: '/bin/x %u' }), keysFiles: [] },
    { 'ssh-key': ['ssh.keys-by-command'] },
  ],
  ['no file of keys', { ...withSshd(alice, { keysFiles: [] }), keysFiles: [] }, { 'ssh-key': ['ssh.no-keys-file'] }],
  ['a file without a key', { ...alice, keysFiles: [{ ...file, keys: [] }] }, { 'ssh-key': ['ssh.no-key'] }],
  [
    'a file that others can write',
    { ...alice, keysFiles: [{ ...file, isAccepted: false }] },
    { 'ssh-key': ['ssh.unsafe-keys-file'] },
  ],
  [
    'a locked password without PAM',
    { ...withSshd(alice, { pam: false }), password: 'locked' },
    {
      console: ['login.no-password'],
      'ssh-key': ['ssh.locked-password'],
      'ssh-password': ['login.no-password', 'ssh.locked-password'],
    },
  ],
  [
    'no passwords at all',
    withSshd(alice, { passwords: false, keyboardInteractive: false }),
    { 'ssh-password': ['ssh.passwords-off'] },
  ],
  ['passwords as a question of PAM', withSshd(alice, { passwords: false }), {}],
  ['an empty password', { ...alice, password: 'empty' }, { 'ssh-password': ['ssh.empty-password'] }],
  [
    'a key and a password',
    withSshd(alice, { methods: [['publickey', 'password']] }),
    { 'ssh-key': ['ssh.key-is-not-enough'], 'ssh-password': ['ssh.password-is-not-enough'] },
  ],
  [
    'a key, or both',
    withSshd(alice, { methods: [['publickey', 'keyboard-interactive:pam'], ['publickey']] }),
    { 'ssh-password': ['ssh.password-is-not-enough'] },
  ],
];

test.each(cases)('%s', (_, facts, expected) => {
  expect(closed(facts)).toEqual(expected);
});

test('keys that let nobody in are named with the way out', () => {
  expect(whyKeysAreUnused([`${key} me`], alice)).toBeUndefined();
  expect(whyKeysAreUnused([key], withSshd(alice, { publicKeys: false }))).toMatchObject({
    code: 'ssh.keys-off',
    subject: 'alice',
    remedy: expect.stringContaining('PubkeyAuthentication'),
  });
});

test('a key that is in no file that sshd reads is named, although another of the account is', () => {
  expect(whyKeysAreUnused([`${key}BBB`], alice)).toMatchObject({ code: 'ssh.no-key' });
});

test('what an sshd says that does not start is told', () => {
  const refused = { ...alice, sshd: { kind: 'refused', because: 'line 3: Bad configuration' } } as const;
  expect(whyKeysAreUnused([key], refused)).toMatchObject({ code: 'ssh.refused', cause: 'line 3: Bad configuration' });
});

test('where there is no sshd nobody is asked about keys', () => {
  expect(whyKeysAreUnused([key], { ...alice, sshd: { kind: 'no-sshd' }, keysFiles: [] })).toBeUndefined();
});

test('a password needs an account that somebody can log in to, and no sshd', () => {
  expect(whyPasswordIsUnused({ ...alice, sshd: { kind: 'no-sshd' } })).toBeUndefined();
  expect(whyPasswordIsUnused({ ...alice, shell: 'missing' })).toMatchObject({ code: 'login.shell-missing' });
});

test('each reason has its row in the documents', () => {
  const sources = ['ways-in', 'entrances'].map((name) => readFileSync(`src/agent/access/${name}.ts`, 'utf8')).join('');
  const codes = [...sources.matchAll(/code: '([^']+)'/g)].map(([, code]) => code);
  const documented = readFileSync('docs/troubleshooting.md', 'utf8');
  expect(codes.length).toBeGreaterThan(20);
  expect(codes.filter((code) => !documented.includes(`\`${code}\``))).toEqual([]);
});
