import { expect, test } from 'vitest';
import { describeUsersLeftAlone, planAccess } from '../../../../src/agent/access/plan-access.ts';
import { chooseDistro } from '../../../../src/agent/facts/distro.ts';
import { parseOsRelease } from '../../../../src/core/text/os-release.ts';
import type { AccessFacts, AccountAccess } from '../../../../src/agent/access/access.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { login, machineConfig } from '../machine-config/machine-config-example.ts';
import { root, user } from '../bootstrap/access-example.ts';

const flags = parseFlags('').flags;
const debian = chooseDistro(parseOsRelease('ID=debian'));
const admin = { name: 'admin', isAdministrator: true, ...login };
const config = { ...machineConfig, users: [admin] };
const group = (name: string, members: string[] = []) => ({ name, gid: 500, members });
const peopleIds = { first: 1000, last: 60_000 };
const access: AccessFacts = {
  groups: [group('wheel'), group('sudo')],
  root,
  users: new Map(),
  peopleIds,
  newShell: '/bin/bash',
};
const withUser = (account: AccountAccess) => new Map([[account.name, account]]);

const actionsOf = (facts: AccessFacts, distro = debian, text = '') =>
  planAccess(config, parseFlags(text).flags, facts, distro).flatMap(({ actions }) => actions);

test('a user that is not there is created first, then gets what root gets', () => {
  expect(actionsOf(access).map(({ kind }) => kind)).toEqual([
    'create-group',
    'create-user',
    'add-to-group',
    'set-password',
    'authorize-keys',
    'set-password',
    'authorize-keys',
  ]);
});

test.each([
  ['ID=debian', 'sudo'],
  ['ID=fedora', 'wheel'],
])('of two admin groups, %s takes %s', (osRelease, expected) => {
  const actions = actionsOf(access, chooseDistro(parseOsRelease(osRelease)));
  expect(actions).toContainEqual({ kind: 'add-to-group', user: 'admin', group: expected });
});

test('without any admin group the user has none', () => {
  const kinds = actionsOf({ ...access, groups: [group('mail')] }).map(({ kind }) => kind);
  expect(kinds).toContain('create-user');
  expect(kinds).not.toContain('add-to-group');
});

test.each([
  ["of the system is not the user's own", 80, null],
  ['that was made for it before power failed is', 1000, 'admin'],
])('a group of the same name %s', (_, gid, first) => {
  const groups = [group('sudo'), { ...group('admin'), gid }];
  expect(actionsOf({ ...access, groups })[0]).toMatchObject({ kind: 'create-user', group: first });
});

test('all that is there already is not done again', () => {
  const done = { passwordHash: login.passwordHash, authorizedKeys: `${login.sshKeys[0]}\n` };
  const groups = [group('sudo', ['admin'])];
  expect(actionsOf({ ...access, groups, root: { ...root, ...done }, users: withUser({ ...user, ...done }) })).toEqual(
    [],
  );
});

test('power failed while the user was being created: the home and the group follow', () => {
  const kinds = actionsOf({ ...access, users: withUser({ ...user, hasHome: false }) }).map(({ kind }) => kind);
  expect(kinds.slice(0, 2)).toEqual(['make-home', 'add-to-group']);
});

test('a user whose first group is the admin group is a member', () => {
  const member = { ...user, gid: 500 };
  expect(actionsOf({ ...access, users: withUser(member) }).map(({ kind }) => kind)).not.toContain('add-to-group');
});

test.each([
  ['daemon', { uid: 1 }],
  ['nobody', { uid: 65_534, shell: '/usr/sbin/nologin' }],
  ['libvirt-qemu', { uid: 64_055 }],
  ['robot', { uid: 1005, shell: '/usr/bin/false' }],
])('%s, an account of the system itself, gets nothing, and that is said', (name, account) => {
  const facts = { ...access, users: withUser({ ...user, name, ...account }) };
  const asked = { ...config, users: [{ ...admin, name }] };
  const steps = planAccess(asked, flags, facts, debian);
  expect(steps.map((step) => step.name)).toEqual(['root password', "root's ssh keys"]);
  expect(describeUsersLeftAlone(asked, flags, facts)).toEqual([expect.stringContaining(name)]);
});

test('a user without the rights of an administrator joins no group', () => {
  const asked = { ...config, users: [{ ...admin, isAdministrator: false }] };
  const kinds = planAccess(asked, flags, access, debian).flatMap(({ actions }) => actions.map(({ kind }) => kind));
  expect(kinds).toContain('create-user');
  expect(kinds).not.toContain('add-to-group');
});

test.each([
  ['CONFIG_USER', ['create-group', 'create-user', 'add-to-group']],
  ['CONFIG_PASSWORD', ['set-password']],
  ['CONFIG_SSH_KEYS', ['authorize-keys']],
])('%s=0 leaves out %j', (flag, kinds) => {
  const left = actionsOf(access, debian, `${flag}=0`).map(({ kind }) => kind);
  for (const kind of kinds) expect(left).not.toContain(kind);
  expect(left.length).toBeGreaterThan(0);
});
