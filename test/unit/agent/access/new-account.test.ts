import { expect, test } from 'vitest';
import { nextId, nextRange } from '../../../../src/agent/access/account-files.ts';
import { newGroup, newMember, newPassword, newUser } from '../../../../src/agent/access/new-account.ts';

const files = {
  passwd: 'root:x:0:0:root:/root:/bin/bash\nbob:x:1003:1003::/home/bob:/bin/sh\n',
  shadow: 'root:*:19000:0:99999:7:::\n',
  group: 'root:x:0:\nsudo:x:27:bob\nbob:x:1003:\n',
  gshadow: undefined,
  subuid: 'bob:100000:65536\n',
  subgid: undefined,
};
const debian = { loginDefs: 'PASS_MAX_DAYS\t99999\nPASS_MIN_DAYS 0\nPASS_WARN_AGE 7\n#UID_MIN 5\n', useradd: '' };
const lea = { name: 'lea', shell: '/bin/bash', group: 'bob', today: 20_000 };

test('a user gets the number behind the highest, the ages of login.defs and a range of its own', () => {
  expect(newUser(files, lea, debian)).toEqual({
    passwd: `${files.passwd}lea:x:1004:1003::/home/lea:/bin/bash\n`,
    shadow: `${files.shadow}lea:*:20000:0:99999:7:::\n`,
    subuid: `${files.subuid}lea:165536:65536\n`,
  });
});

test('the defaults of useradd(8) say where homes are and which group is the first', () => {
  const defaults = { loginDefs: '', useradd: 'HOME=/srv/home\nGROUP=sudo\nINACTIVE=30\n' };
  const { passwd, shadow } = newUser(files, { ...lea, group: null }, defaults);
  expect(passwd).toContain('\nlea:x:1004:27::/srv/home/lea:/bin/bash\n');
  expect(shadow).toContain('\nlea:*:20000::::30::\n');
});

test('a default that would end its field is none', () => {
  expect(newUser(files, lea, { loginDefs: '', useradd: 'HOME=/a:0:0\n' }).passwd).toContain(':/home/lea:');
});

test('what a run that was cut off left is replaced and not doubled', () => {
  const half = { ...files, shadow: `${files.shadow}lea:!:1::::::\n`, subuid: `${files.subuid}lea:165536:65536\n` };
  const { shadow, subuid } = newUser(half, lea, debian);
  expect(shadow).toBe(`${files.shadow}lea:*:20000:0:99999:7:::\n`);
  expect(subuid).toBe(half.subuid);
});

test('a group; with gshadow its line there too', () => {
  expect(newGroup(files, 'lea', debian)).toEqual({ group: `${files.group}lea:x:1004:\n` });
  const shadowed = { ...files, gshadow: 'root:*::\n' };
  expect(newGroup(shadowed, 'lea', debian).gshadow).toBe('root:*::\nlea:!::\n');
});

test('a member is added once', () => {
  const { group } = newMember(files, 'lea', 'sudo');
  expect(group).toContain('sudo:x:27:bob,lea\n');
  expect(newMember({ ...files, group }, 'lea', 'sudo').group).toBe(group);
  expect(() => newMember(files, 'lea', 'wheel')).toThrow(expect.objectContaining({ code: 'account.no-group' }));
});

test('a password keeps the ages; one that everybody could read makes way', () => {
  expect(newPassword(files, 'root', '$6$x', 20_001)).toEqual({ shadow: 'root:$6$x:20001:0:99999:7:::\n' });
  const open = { ...files, passwd: 'root::0:0:root:/root:/bin/bash\n', shadow: undefined };
  expect(newPassword(open, 'root', '$6$x', 20_001)).toEqual({
    shadow: 'root:$6$x:20001::::::\n',
    passwd: 'root:x:0:0:root:/root:/bin/bash\n',
  });
});

test('numbers: gaps only where the last one is taken, and an end', () => {
  const few = { loginDefs: 'UID_MIN 1000\nUID_MAX 1003\n', useradd: '' };
  expect(nextId('a:x:0:\n', 'UID', few)).toBe(1000);
  expect(nextId('a:x:1000:\nb:x:1003:\n', 'UID', few)).toBe(1001);
  expect(nextId([0, 1, 2, 3].map((n) => `u${n}:x:100${n}:\n`).join(''), 'UID', few)).toBeUndefined();
  expect(() =>
    newUser({ ...files, passwd: 'a:x:1000:\n' }, lea, { ...few, loginDefs: 'UID_MIN 1000\nUID_MAX 1000\n' }),
  ).toThrow(expect.objectContaining({ code: 'account.no-number' }));
});

test('ranges: the first gap that is long enough', () => {
  const taken = 'b:200000:65536\na:100000:10\n';
  expect(nextRange(taken, 'UID', debian)).toEqual({ start: 100_010, count: 65_536 });
  expect(nextRange(taken, 'UID', { ...debian, loginDefs: 'SUB_UID_MAX 150000\n' })).toBeUndefined();
});
