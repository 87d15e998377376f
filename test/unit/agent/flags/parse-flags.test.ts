import { expect, test } from 'vitest';
import { flagTable } from '../../../../src/agent/flags/flag-table.ts';
import { parseFlags, renderDefaultFlags } from '../../../../src/agent/flags/parse-flags.ts';

test('no file at all: the defaults', () => {
  const { flags, warnings } = parseFlags('');
  expect(flags).toMatchObject({ CONFIG_ALLOW_MOUNT: true, CONFIG_DISK_ROOT: '/srv', CONFIG_NODHCP: ['eth0'] });
  expect(warnings).toEqual([]);
});

test.each([
  ['plain', 'CONFIG_MOTD=0'],
  ['exported', 'export CONFIG_MOTD=0'],
  ['with spaces around the sign', 'CONFIG_MOTD = 0'],
  ['indented', '\tCONFIG_MOTD=0'],
  ['in double quotes', 'CONFIG_MOTD="0"'],
  ['in single quotes', "CONFIG_MOTD='0'"],
  ['with a line end of DOS', 'CONFIG_MOTD=0\r'],
])('reads a value %s', (_, line) => {
  expect(parseFlags(`# header\n${line}\n`).flags.CONFIG_MOTD).toBe(false);
});

test('S10: a comment behind the value does not switch the flag back on', () => {
  expect(parseFlags('CONFIG_ALLOW_MOUNT=0 # off').flags.CONFIG_ALLOW_MOUNT).toBe(false);
  expect(parseFlags('CONFIG_NODHCP="eth0 eth1" # both').flags.CONFIG_NODHCP).toEqual(['eth0', 'eth1']);
});

test.each([
  ['pieces that stand together', `CONFIG_DISK_ROOT=/srv/"my disks"/'all'`, '/srv/my disks/all'],
  ['an escaped quote', 'CONFIG_DISK_ROOT="/srv/a\\"b"', '/srv/a"b'],
  ['an escaped blank', 'CONFIG_DISK_ROOT=/srv/a\\ b', '/srv/a b'],
  ['a backslash that escapes nothing in double quotes', 'CONFIG_DISK_ROOT="/srv/a\\b"', '/srv/a\\b'],
  ['a # in the middle of a word', 'CONFIG_DISK_ROOT=/srv/a#b', '/srv/a#b'],
  ['a # in quotes', 'CONFIG_DISK_ROOT="/srv/a #b"', '/srv/a #b'],
  ['a comment in the place of a value', 'CONFIG_DISK_ROOT= # none', '/srv'],
  ['a second command', 'CONFIG_DISK_ROOT=/srv/a; export CONFIG_DISK_ROOT', '/srv/a'],
])('quotes as a shell does: %s', (_, line, value) => {
  expect(parseFlags(line)).toMatchObject({ flags: { CONFIG_DISK_ROOT: value }, warnings: [] });
});

test('a quote that is never closed is a mistake', () => {
  expect(parseFlags('CONFIG_DISK_ROOT="/data\n')).toMatchObject({
    flags: { CONFIG_DISK_ROOT: '/srv' },
    warnings: ['line 1: CONFIG_DISK_ROOT: must end with its quote, and not "\\"/data"; /srv is used'],
  });
});

test.each(['CONFIG_MOTD=', 'CONFIG_MOTD=yes'])('the last line of a key counts, also %s', (line) => {
  expect(parseFlags(`CONFIG_MOTD=0\n${line}\n`).flags.CONFIG_MOTD).toBe(true);
});

test('a value that is present but empty is the default', () => {
  expect(parseFlags('CONFIG_DISK_ROOT=\nCONFIG_MOTD=""\n')).toEqual(parseFlags(''));
});

test('S9: a hook folder that is not set is the default, and no other flag', () => {
  expect(parseFlags('CONFIG_ALLOW_MOUNT=1').flags.GANDI_HOOK_DIR).toBe('/etc/gandi/hooks');
});

test('an invalid value is named with its line, and the default is used', () => {
  const { flags, warnings } = parseFlags('\nCONFIG_MOTD=yes\nCONFIG_DISK_ROOT=srv\nCONFIG_DISK_ROOT=/srv/../etc\n');
  expect(flags).toMatchObject({ CONFIG_MOTD: true, CONFIG_DISK_ROOT: '/srv' });
  expect(warnings).toEqual([
    'line 2: CONFIG_MOTD: must be 0 or 1, and not "yes"; 1 is used',
    'line 3: CONFIG_DISK_ROOT: must be an absolute path, and not "srv"; /srv is used',
    'line 4: CONFIG_DISK_ROOT: must not contain .., and not "/srv/../etc"; /srv is used',
  ]);
});

test('keys that are not ours, and lines that are no assignment, are left alone', () => {
  expect(parseFlags('OTHER=1\nif true; then\n__proto__=1\nconstructor=0\n')).toEqual(parseFlags(''));
});

test('the shipped file holds every flag, one a line, and means the defaults', () => {
  const text = renderDefaultFlags();
  for (const name of Object.keys(flagTable)) expect(text).toMatch(new RegExp(`^${name}=`, 'm'));
  expect(parseFlags(text)).toEqual(parseFlags(''));
});

test('what playbooks do with sed works for every flag that can be switched', () => {
  const switches = Object.entries(flagTable).filter(([, flag]) => flag.default === '1');
  expect(switches.length).toBeGreaterThan(10);
  for (const [name] of switches) {
    const edited = renderDefaultFlags().replace(`${name}=1`, `${name}=0`);
    expect(parseFlags(edited).flags).toEqual({ ...parseFlags('').flags, [name]: false });
  }
});
