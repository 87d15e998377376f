import { expect, test } from 'vitest';
import { parseGandiConfig } from '../../../../src/agent/machine-config/gandi-schema.ts';

const read = (disks: unknown) => parseGandiConfig(JSON.stringify({ disks }));
const mistakesIn = (disks: unknown) => read(disks).mistakes.map(({ path, problem }) => `${path}: ${problem}`);
const pg = { serial: 'vol-1', path: '/var/lib/pg' };

test('each key becomes that of an assignment; what is null or false is left out', () => {
  const { config, mistakes } = read({
    pg: {
      ...pg,
      wwn: '0x5000c500a0b1c2d3',
      label: 'my data',
      uuid: '1111-2222',
      options: 'noatime,commit=30',
      owner: 'postgres:postgres',
      read_only: true,
      hook: '/etc/gandi/pg-hook',
      services: ['postgresql', 'backup.timer'],
    },
    www: { label: 'www', path: '/srv/www', read_only: false, hook: null, services: [] },
  });
  expect(mistakes).toEqual([]);
  expect(config.disks).toEqual([
    {
      name: 'pg',
      texts: {
        SERIAL: 'vol-1',
        WWN: '0x5000c500a0b1c2d3',
        LABEL: 'my data',
        UUID: '1111-2222',
        PATH: '/var/lib/pg',
        OPTIONS: 'noatime,commit=30',
        OWNER: 'postgres:postgres',
        READ_ONLY: 'yes',
        HOOK: '/etc/gandi/pg-hook',
        SERVICES: 'postgresql backup.timer',
      },
    },
    { name: 'www', texts: { LABEL: 'www', PATH: '/srv/www' } },
  ]);
});

test('nothing said and none wanted are two things', () => {
  expect(parseGandiConfig('{}').config.disks).toBeNull();
  expect(read(null).config.disks).toBeNull();
  expect(read({}).config.disks).toEqual([]);
});

test.each([
  ['a path of the system', { ...pg, path: '/etc/pg' }, ['disks.pg.path: must be outside of the folders of the system']],
  [
    'an option that starts a program',
    { ...pg, options: 'helper=sh' },
    [expect.stringMatching(/^disks\.pg\.options: /)],
  ],
  ['no selector', { path: '/srv/pg' }, [expect.stringMatching(/^disks\.pg: says with none of serial/)]],
  ['no path', { serial: 'vol-1' }, ['disks.pg.path: must be string, not undefined']],
  ['a second line', { ...pg, label: 'x\nHOOK=/tmp/x' }, [expect.stringMatching(/^disks\.pg\.label: must have no '/)]],
  [
    'a value that leaves its quotes',
    { ...pg, label: "x' HOOK='/tmp/x" },
    [expect.stringMatching(/^disks\.pg\.label: /)],
  ],
  ['an empty text', { ...pg, wwn: '' }, [expect.stringMatching(/^disks\.pg\.wwn: must not be empty/)]],
])('%s costs that disk, and no other', (_, item, expected) => {
  const disks = { pg: item, www: { label: 'www', path: '/srv/www' } };
  expect(mistakesIn(disks)).toEqual(expected);
  expect(read(disks).config.disks?.map(({ name }) => name)).toEqual(['www']);
});

test.each(['../pg', 'Pg', 'pg.conf', '', '-pg', 'p'.repeat(64)])('a name that cannot be that of a file: %j', (name) => {
  expect(mistakesIn({ [name]: pg })).toEqual([expect.stringMatching(/must have a name of lower-case letters/)]);
});

test.each([[[pg]], ['pg'], [7]])('%j is no object: what an earlier payload said stays', (disks) => {
  expect(mistakesIn(disks)).toHaveLength(1);
  expect(read(disks).config.disks).toBeNull();
});

test('a key that nobody reads is a warning', () => {
  expect(read({ pg: { ...pg, readonly: true } }).warnings).toEqual([
    'disks.pg.readonly: is not known here and was left out',
  ]);
});
