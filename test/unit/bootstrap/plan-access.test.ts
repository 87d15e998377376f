import { expect, test } from 'vitest';
import { describeUserLeftAlone, planAccess } from '../../../src/bootstrap/plan-access.ts';
import { chooseDistro } from '../../../src/distro/distro.ts';
import type { AccessFacts } from '../../../src/facts/access.ts';
import { parseFlags } from '../../../src/flags/parse-flags.ts';
import { machineConfig } from '../machine-config/machine-config-example.ts';
import { root, user } from './access-example.ts';

const flags = parseFlags('').flags;
const debian = chooseDistro('ID=debian');
const config = { ...machineConfig, user: { name: 'admin' } };
const group = (name: string, members: string[] = []) => ({ name, gid: 500, members });
const access: AccessFacts = { groups: [group('wheel'), group('sudo')], root, user: undefined };

const actionsOf = (facts: AccessFacts, distro = debian, text = '') =>
  planAccess(config, parseFlags(text).flags, facts, distro).flatMap(({ actions }) => actions);

test('a user that is not there is created first, then gets what root gets', () => {
  expect(actionsOf(access).map(({ kind }) => kind)).toEqual([
    'create-user',
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
  expect(actionsOf(access, chooseDistro(osRelease))[0]).toMatchObject({ kind: 'create-user', group: expected });
});

test('without any admin group the user has none', () => {
  expect(actionsOf({ ...access, groups: [group('mail')] })[0]).toMatchObject({ kind: 'create-user', group: null });
});

test('where a group is called like the user, the user gets no group of its own', () => {
  const groups = [group('sudo'), group('admin')];
  expect(actionsOf({ ...access, groups })[0]).toMatchObject({ ownGroup: false, group: 'sudo' });
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
  ['CONFIG_USER', ['create-user']],
  ['CONFIG_PASSWORD', ['set-password']],
  ['CONFIG_SSH_KEYS', ['authorize-keys']],
])('%s=0 leaves out %j', (flag, kinds) => {
  const left = actionsOf(access, debian, `${flag}=0`).map(({ kind }) => kind);
  for (const kind of kinds) expect(left).not.toContain(kind);
  expect(left.length).toBeGreaterThan(0);
});
