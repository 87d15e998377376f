import { expect, test } from 'vitest';
import { type HostKeyExtent, planIdentity } from '../../../../src/agent/identity/plan-identity.ts';
import { observeHostKeyUse } from '../../../../src/agent/access/host-key-use.ts';
import type { IdentityFacts } from '../../../../src/agent/identity/identity.ts';
import { observeIdentity } from '../../../../src/agent/identity/identity.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const rsaKey = '/etc/ssh/ssh_host_rsa_key';
const ed25519Key = '/etc/ssh/ssh_host_ed25519_key';
const use = { chosenHostKeys: [], sshdUnit: 'ssh.service' };
const facts: IdentityFacts = {
  ...use,
  hasSshServer: true,
  missingHostKeys: [],
  isFips: false,
  isTemplate: false,
  copiedFiles: ['/etc/ssh/ssh_host_rsa_key'],
  dbusHasOwnId: false,
  hasBooted: false,
  secondsBehind: null,
};

const actionsOf = (changes: Partial<IdentityFacts>, text = '') =>
  planIdentity({ ...facts, ...changes }, parseFlags(text).flags).flatMap((step) => step.actions);

test('a machine that has all of its own keeps it', () => {
  expect(actionsOf({})).toEqual([]);
});

test('L19: one missing key is made, whatever the others are', () => {
  expect(actionsOf({ missingHostKeys: ['ed25519'] })).toEqual([{ kind: 'make-host-key', type: 'ed25519' }]);
});

test('L19: an empty key file is not a key', async () => {
  const keys = { '/etc/ssh/ssh_host_rsa_key': '', '/etc/ssh/ssh_host_ecdsa_key': 'key', '/usr/sbin/sshd': '' };
  const { system } = await machineTree(keys);
  expect(await observeIdentity(system, use)).toMatchObject({ hasSshServer: true, missingHostKeys: ['rsa', 'ed25519'] });
});

const keysOf = (changes: Partial<IdentityFacts>, extent: HostKeyExtent) =>
  planIdentity({ ...facts, missingHostKeys: ['rsa', 'ecdsa', 'ed25519'], ...changes }, parseFlags('').flags, extent)
    .flatMap((step) => step.actions)
    .map((action) => (action.kind === 'make-host-key' ? action.type : action.kind));

test.each<[string, Partial<IdentityFacts>, string[]]>([
  ['the one key that takes no time', {}, ['ed25519']],
  ['nothing where it is there', { missingHostKeys: ['rsa'] }, []],
  ['that one if the admin chose it beside others', { chosenHostKeys: [rsaKey, ed25519Key] }, ['ed25519']],
  ['those that the admin chose, if it is not among them', { chosenHostKeys: [rsaKey] }, ['rsa']],
  ["nothing for an sshd with keys of the admin's own", { chosenHostKeys: ['/etc/ssh/own_key'] }, []],
  ['all where the kernel does not allow ed25519', { isFips: true }, ['rsa', 'ecdsa', 'ed25519']],
])('before sshd starts: %s', (_, changes, expected) => {
  expect(keysOf(changes, 'to-start-with')).toEqual(expected);
});

test('the others are made while sshd may run, which is told of them', () => {
  expect(keysOf({ missingHostKeys: ['rsa', 'ecdsa'] }, 'others')).toEqual(['rsa', 'ecdsa', 'control-unit']);
  expect(keysOf({ missingHostKeys: [] }, 'others')).toEqual([]);
});

test("which keys sshd has is read from its files, the admin's drop-ins too", async () => {
  const { system } = await machineTree({
    '/etc/ssh/sshd_config': 'Include /etc/ssh/sshd_config.d/*.conf\n#HostKey /etc/ssh/no\n',
    '/etc/ssh/sshd_config.d/own.conf': `HostKey ${rsaKey}\n`,
    '/lib/systemd/system/ssh.service': '',
    '/proc/sys/crypto/fips_enabled': '1\n',
  });
  expect(await observeHostKeyUse(system)).toEqual({ chosenHostKeys: [rsaKey], sshdUnit: 'ssh.service' });
  expect(await observeIdentity(system, use)).toMatchObject({ isFips: true });
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
    { kind: 'make-machine-id', paths: ['/etc/machine-id', '/var/lib/dbus/machine-id'] },
    { kind: 'remove-file', path: '/etc/gandi/template' },
  ]);
});

test('a copy that goes on from the memory of its template has random numbers of its own before anything is made of them', () => {
  expect(actionsOf({ isTemplate: true, hasBooted: true, secondsBehind: 86_400 }).map(({ kind }) => kind)).toEqual([
    'set-clock',
    'reseed-random',
    'remove-file',
    'make-machine-id',
    'remove-file',
    'control-unit',
  ]);
});

test('its host keys are made all at once, and the sshd that runs is told of them', () => {
  const keys = keysOf({ hasBooted: true }, 'to-start-with');
  expect(keys).toEqual(['rsa', 'ecdsa', 'ed25519', 'control-unit']);
});

test.each([null, 0, 2, -2])('a clock that is %s s behind is left as it is', (secondsBehind) => {
  const actions = actionsOf({ isTemplate: true, hasBooted: true, secondsBehind });
  expect(actions.map(({ kind }) => kind)).not.toContain('set-clock');
});

test.each([
  ['the clock of the platform', { '/sys/class/rtc/rtc0/since_epoch': '1000000000\n' }, expect.any(Number)],
  ['no such clock', {}, null],
  [
    'one that shows local time',
    { '/sys/class/rtc/rtc0/since_epoch': '1\n', '/etc/adjtime': '0 0 0\n0\nLOCAL\n' },
    null,
  ],
])('how far the clock is behind is told by %s', async (_, files: Readonly<Record<string, string>>, expected) => {
  const { system } = await machineTree({ '/run/gandi/boot-ended': '', ...files });
  const live = { ...system, root: '/', clock: { ...system.clock, now: () => new Date(999_999_000_000) } };
  const { secondsBehind, hasBooted } = await observeIdentity(live, use);
  expect(hasBooted).toBe(true);
  expect(secondsBehind).toEqual(expected);
  if (expected !== null) expect(secondsBehind).toBe(1000);
});

test('a link of D-Bus to /etc/machine-id is left as it is', () => {
  expect(actionsOf({ isTemplate: true })).toContainEqual({ kind: 'make-machine-id', paths: ['/etc/machine-id'] });
});

test('CONFIG_MACHINE_ID=0 keeps a template a template', () => {
  expect(actionsOf({ isTemplate: true }, 'CONFIG_MACHINE_ID=0')).toEqual([]);
});
