import { expect, test } from 'vitest';
import { withKeys } from '../../../../src/agent/machine-config/authorized-keys.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA me@laptop';

test('adds a key that is missing, on a line of its own', () => {
  expect(withKeys('ssh-rsa AAAAB3 other', [key])).toBe(`ssh-rsa AAAAB3 other\n${key}\n`);
});

test('makes the file', () => {
  expect(withKeys(undefined, [key])).toBe(`${key}\n`);
});

test.each([
  ['as it is', `${key}\n`],
  ['with another comment', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA home\n'],
  ['behind options of the admin', `no-pty,from="10.0.0.0/8" ${key}\n`],
])('a key that is there %s is not added again', (_, text) => {
  expect(withKeys(text, [key])).toBe(text);
});

test('a key that the admin commented out is not there', () => {
  expect(withKeys(`# ${key}\n`, [key])).toBe(`# ${key}\n${key}\n`);
});
