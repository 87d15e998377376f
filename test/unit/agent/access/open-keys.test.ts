import { expect, test } from 'vitest';
import { openKeys } from '../../../../src/agent/access/open-keys.ts';
import { growsTooFast, repeated } from '../../grows-too-fast.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA';

test.each([
  ['a key', key],
  ['a key with a comment', `${key} me@laptop # home`],
  ['spaces and tabs', ` \t${key.replace(' ', ' \t ')}\tme`],
  ['an option', `no-pty ${key}`],
  ['several options', `no-pty,from="10.0.0.0/8,*.example.com",restrict\t${key} me`],
  ['a space within quotes', `from="10.0.0.0/8, 192.0.2.1" ${key}`],
  ['a number sign within quotes', `environment="COLOR=#fff" ${key}`],
  ['a quote within quotes', `environment="A=say \\"ssh-rsa AAAAB3\\" twice" ${key}`],
  ['options that look like a key', `environment="ssh-rsa AAAAB3" ${key}`],
  ['a comment that looks like an option', `${key} command="x"`],
  ['a line of DOS', `${key}\r`],
])('%s lets its owner in', (_, line) => {
  expect(openKeys(`# keys\n\n${line}\n`)).toEqual([key]);
});

test.each([
  'ssh-rsa AAAAB3',
  'ssh-rsa-cert-v01@openssh.com AAAAB3',
  'ecdsa-sha2-nistp256 AAAAE2',
  'sk-ssh-ed25519@openssh.com AAAAG',
  'sk-ecdsa-sha2-nistp256@openssh.com AAAAI',
])('the type of %s is known', (line) => {
  expect(openKeys(`${line} me`)).toEqual([line]);
});

test.each([
  ['a comment', `# ${key}`],
  ['a comment behind spaces', `  #${key}`],
  ['a comment behind an option', `no-pty # ${key}`],
  ['a command', `command="echo hello" ${key}`],
  ['a command behind other options', `no-pty,from="a, b",COMMAND="echo \\"hello\\"" ${key}`],
  ['quotes without an end', `from="10.0.0.0/8 ${key}`],
  ['a type without a key', 'ssh-ed25519'],
  ['a key of another type', 'rsa AAAAB3'],
  ['a word too many', `no-pty x ${key}`],
])('%s lets nobody in', (_, line) => {
  expect(openKeys(line)).toEqual([]);
});

test('each line has its own key', () => {
  expect(openKeys(`${key}\nssh-rsa AAAAB3 other\ncommand="x" ssh-rsa AAAAB4\n`)).toEqual([key, 'ssh-rsa AAAAB3']);
});

const pieces = [
  'ssh-',
  'ssh- ',
  'ssh-a ',
  'ssh-a AAAA ',
  'sk-',
  'AAAA',
  ' ',
  '\t',
  '"',
  '\\"',
  '" "',
  ',',
  'command=',
  'a',
  '\n',
  `${key}\n`,
];

test.each(pieces)('the time for a line of %j grows as the line does', (piece) => {
  const slow = ['', 'a ', '"', `${key} `].filter((start) => growsTooFast(openKeys, repeated(piece, start)));
  expect(slow).toEqual([]);
});
