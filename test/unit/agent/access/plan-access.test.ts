import { expect, test } from 'vitest';
import { describeUserLeftAlone, planAccess } from '../../../../src/agent/access/plan-access.ts';
import { chooseDistro } from '../../../../src/agent/facts/distro.ts';
import { parseOsRelease } from '../../../../src/core/text/os-release.ts';
import type { AccessFacts } from '../../../../src/agent/access/access.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { machineConfig } from '../machine-config/machine-config-example.ts';
import { root, user } from '../bootstrap/access-example.ts';

const flags = parseFlags('').flags;
const debian = chooseDistro(parseOsRelease('ID=debian'));
const config = { ...machineConfig, user: { name: 'admin' } };
const group = (name: string, members: string[] = []) => ({ name, gid: 500, members });
const access: AccessFacts = { groups: [group('wheel'), group('sudo')], root, user: undefined };

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
  const done = { passwordHash: config.passwordHash, authorizedKeys: `${config.sshKeys[0]}\n` };
  const groups = [group('sudo', ['admin'])];
  expect(actionsOf({ groups, root: { ...root, ...done }, user: { ...user, ...done } })).toEqual([]);
});

test('power failed while the user was being created: the home and the group follow', () => {
  const kinds = actionsOf({ ...access, user: { ...user, hasHome: false } }).map(({ kind }) => kind);
  expect(kinds.slice(0, 2)).toEqual(['make-home', 'add-to-group']);
});

test('a user whose first group is the admin group is a member', () => {
  const member = { ...user, gid: 500 };
  expect(actionsOf({ ...access, user: member }).map(({ kind }) => kind)).not.toContain('add-to-group');
});

test('an account of the system itself gets nothing, and that is said', () => {
  const facts = { ...access, user: { ...user, name: 'daemon', uid: 1 } };
  const daemon = { ...config, user: { name: 'daemon' } };
  const steps = planAccess(daemon, flags, facts, debian);
  expect(steps.map(({ name }) => name)).toEqual(['root password', "root's ssh keys"]);
  expect(describeUserLeftAlone(daemon, flags, facts)).toContain('vm_conf.user: daemon');
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
