import { expect, test } from 'vitest';
import { planIdentity } from '../../../../src/agent/identity/plan-identity.ts';
import type { IdentityFacts } from '../../../../src/agent/identity/identity.ts';
import { observeIdentity } from '../../../../src/agent/identity/identity.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const machineId = '0123456789abcdef0123456789abcdef';
const facts: IdentityFacts = {
  hasSshServer: true,
  missingHostKeys: [],
  isTemplate: false,
  copiedFiles: ['/etc/ssh/ssh_host_rsa_key'],
  dbusHasOwnId: false,
};

const actionsOf = (changes: Partial<IdentityFacts>, text = '') =>
  planIdentity({ ...facts, ...changes }, parseFlags(text).flags, machineId).flatMap((step) => step.actions);

test('a machine that has all of its own keeps it', () => {
  expect(actionsOf({})).toEqual([]);
});

test('L19: one missing key is made, whatever the others are', () => {
  expect(actionsOf({ missingHostKeys: ['ed25519'] })).toEqual([{ kind: 'make-host-key', type: 'ed25519' }]);
});

test('L19: an empty key file is not a key', async () => {
  const keys = { '/etc/ssh/ssh_host_rsa_key': '', '/etc/ssh/ssh_host_ecdsa_key': 'key', '/usr/sbin/sshd': '' };
  const { system } = await machineTree(keys);
  expect(await observeIdentity(system)).toMatchObject({ hasSshServer: true, missingHostKeys: ['rsa', 'ed25519'] });
});

test.each([
  ['without an ssh server', { hasSshServer: false }, ''],
  ['with CONFIG_HOST_KEYS=0', {}, 'CONFIG_HOST_KEYS=0'],
])('%s no key is made', (_, changes, text) => {
  expect(actionsOf({ missingHostKeys: ['rsa'], ...changes }, text)).toEqual([]);
});

test('a copy of a template gets a machine id and loses the keys of the template; the mark goes last', () => {
  expect(actionsOf({ isTemplate: true, dbusHasOwnId: true })).toEqual([
    { kind: 'remove-file', path: '/etc/ssh/ssh_host_rsa_key' },
    { kind: 'write-file', path: '/etc/machine-id', content: `${machineId}\n`, mode: 0o444 },
    { kind: 'write-file', path: '/var/lib/dbus/machine-id', content: `${machineId}\n`, mode: 0o444 },
    { kind: 'remove-file', path: '/etc/gandi/template' },
  ]);
});

test('a link of D-Bus to /etc/machine-id is left as it is', () => {
  expect(actionsOf({ isTemplate: true }).filter(({ kind }) => kind === 'write-file')).toHaveLength(1);
});

test('CONFIG_MACHINE_ID=0 keeps a template a template', () => {
  expect(actionsOf({ isTemplate: true }, 'CONFIG_MACHINE_ID=0')).toEqual([]);
});
