import { describe, expect, test } from 'vitest';
import { parseAssignment } from '../../../../src/agent/assignment/parse-assignment.ts';

const file = '/etc/gandi/disks.d/pg.conf';
const lookUp = (owner: string) => (owner === 'postgres' ? { uid: 105, gid: 110 } : undefined);
const parse = (text: string) => parseAssignment(file, text, lookUp);

function mistakesIn(text: string): readonly string[] {
  const parsed = parse(text);
  return parsed.kind === 'mistaken' ? parsed.mistaken.mistakes : [];
}

test('a selector and a path are enough', () => {
  expect(parse('SERIAL=vol-1\nPATH=/var/lib/pg\n')).toEqual({
    kind: 'valid',
    assignment: {
      ...{ name: 'pg', file, selectors: { SERIAL: 'vol-1' }, path: '/var/lib/pg' },
      ...{ options: undefined, owner: undefined, isReadOnly: false, hook: undefined, services: [] },
    },
  });
});

test('every key, in the syntax of the flags file', () => {
  const text = `# the database
export SERIAL='vol 1'
WWN = 0x5000c500a0b1c2d3
LABEL="data" # as mkfs made it
UUID=11111111-2222-3333-4444-555555555555\r
PATH=/var/lib/pg
OPTIONS=noatime,commit=30
OWNER=postgres
READ_ONLY=no
HOOK=/etc/gandi/pg-hook
SERVICES="postgresql backup.timer"
`;
  expect(parse(text)).toMatchObject({
    kind: 'valid',
    assignment: {
      selectors: {
        SERIAL: 'vol 1',
        WWN: '0x5000c500a0b1c2d3',
        LABEL: 'data',
        UUID: '11111111-2222-3333-4444-555555555555',
      },
      options: 'noatime,commit=30',
      owner: { uid: 105, gid: 110 },
      hook: '/etc/gandi/pg-hook',
      services: ['postgresql', 'backup.timer'],
    },
  });
});

describe('one mistake, and the file counts for nothing', () => {
  const path = 'PATH=/var/lib/pg\n';
  test.each([
    ['no selector', path, 'SERIAL, WWN, LABEL, UUID: all are missing; say with one of them which disk is meant'],
    ['no path', 'SERIAL=a\n', 'PATH: is missing; say where the disk is mounted'],
    [
      'an unknown key',
      `SERIAL=a\n${path}READONLY=yes\n`,
      "line 3: unknown key READONLY (did you mean 'READ_ONLY'?); known are ",
    ],
    ['a key twice', `SERIAL=a\nSERIAL=b\n${path}`, 'line 2: SERIAL: stands in line 1 already; remove one'],
    [
      'a line without KEY=value',
      `SERIAL=a\n${path}noatime\n`,
      'line 3: is not KEY=value; begin it with # if it is a remark',
    ],
    ['an open quote', `SERIAL="a\n${path}`, 'line 1: SERIAL: must end with its quote'],
    ['nothing', `SERIAL=\n${path}`, 'line 1: SERIAL: must not be empty; remove the line if it is not needed'],
    ['two words', `SERIAL=my disk\n${path}`, 'line 1: SERIAL: must stand between quotes'],
    ['a sign of the shell', `LABEL=a;b\n${path}`, 'line 1: LABEL: must stand between quotes'],
    ['a control character', `LABEL="a\u0007b"\n${path}`, 'line 1: LABEL: must have no control character and be UTF-8'],
    [
      'bytes that are no text',
      `LABEL="a\uFFFDb"\n${path}`,
      'line 1: LABEL: must have no control character and be UTF-8',
    ],
    ['a byte of Latin-1', `LABEL="caf\uDCE9"\n${path}`, 'line 1: LABEL: must have no control character and be UTF-8'],
    ['a path that is not absolute', 'SERIAL=a\nPATH=var/lib/pg\n', 'line 2: PATH: must be an absolute path'],
    ['the root', 'SERIAL=a\nPATH=/\n', 'line 2: PATH: must be an absolute path'],
    ['two slashes', 'SERIAL=a\nPATH=/data//pg\n', 'line 2: PATH: must be an absolute path'],
    ['a way up', 'SERIAL=a\nPATH=/data/../etc\n', 'line 2: PATH: must have no . and no .. in it'],
    [
      'a folder of the system',
      'SERIAL=a\nPATH=/etc/pg\n',
      'line 2: PATH: must be outside of the folders of the system',
    ],
    [
      'an option',
      `SERIAL=a\n${path}OPTIONS=noatime,suid\n`,
      'line 3: OPTIONS: must have options of /usr/share/doc/gandi-vm-agent/docs/data-disks.md only, and "suid"',
    ],
    ['nobody', `SERIAL=a\n${path}OWNER=mallory\n`, 'OWNER: this machine has no "mallory"; make the user and the group'],
    ['neither yes nor no', `SERIAL=a\n${path}READ_ONLY=1\n`, 'line 3: READ_ONLY: must be yes or no, and not "1"'],
    ['a hook without a path', `SERIAL=a\n${path}HOOK=pg-hook\n`, 'line 3: HOOK: must be an absolute path'],
    ['a unit', `SERIAL=a\n${path}SERVICES="a/b"\n`, 'line 3: SERVICES: must be names of units'],
  ])('%s', (_, text, mistake) => {
    const [said, ...others] = mistakesIn(text);
    expect(said?.slice(0, mistake.length)).toBe(mistake);
    expect(others).toEqual([]);
  });

  test('each mistake is told', () => {
    expect(mistakesIn('PATH=/etc\nREAD_ONLY=maybe\n')).toHaveLength(2);
  });

  test('what it names its disk by is known all the same, but for a selector that is given twice or cannot be read', () => {
    const parsed = parse('SERIAL=a\nUUID="1\nLABEL=x\nLABEL=y\nPATH=/etc\n');
    expect(parsed).toMatchObject({ kind: 'mistaken', mistaken: { name: 'pg', selectors: { SERIAL: 'a' } } });
  });
});

test.each([
  '/bin',
  '/boot/efi',
  '/dev/x',
  '/run/data',
  '/tmp/x',
  '/usr/local/data',
  '/var',
  '/var/lib',
  '/var/lib/gandi/x',
])('%s is the system’s', (path) => {
  expect(mistakesIn(`SERIAL=a\nPATH=${path}\n`)).toEqual([
    expect.stringMatching(/outside of the folders of the system/),
  ]);
});

test.each(['/home', '/srv/data', '/var/lib/postgresql', '/opt/data', '/binary', '/data'])(
  '%s may be a disk’s',
  (path) => {
    expect(mistakesIn(`SERIAL=a\nPATH=${path}\n`)).toEqual([]);
  },
);

test.each([
  'suid',
  'dev',
  'user',
  'loop',
  'bind',
  'x-systemd.automount',
  'uid=root',
  'errors=panic',
  'norecovery',
  '',
  'device=/dev/sda',
])('the option %j is refused', (option) => {
  expect(mistakesIn(`SERIAL=a\nPATH=/data\nOPTIONS="noatime,${option}"\n`)).toHaveLength(1);
});
