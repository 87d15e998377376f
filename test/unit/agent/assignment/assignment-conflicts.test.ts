import { expect, test } from 'vitest';
import { assignmentConflicts } from '../../../../src/agent/assignment/assignment-conflicts.ts';
import type { Assignment, Selectors } from '../../../../src/agent/assignment/assignment.ts';

function assignment(name: string, path: string, selectors: Selectors): Assignment {
  const file = `/etc/gandi/disks.d/${name}.conf`;
  return {
    name,
    file,
    selectors,
    path,
    options: undefined,
    owner: undefined,
    isReadOnly: false,
    hook: undefined,
    services: [],
  };
}

const pg = assignment('pg', '/var/lib/pg', { SERIAL: 'vol-1' });

test.each([
  ['nothing in common', '/var/lib/mysql', { SERIAL: 'vol-2' }, []],
  ['a path that only begins alike', '/var/lib/pg2', { SERIAL: 'vol-2' }, []],
  ['one selector in common of two', '/srv/x', { SERIAL: 'vol-1', LABEL: 'x' }, []],
  [
    'the same path',
    '/var/lib/pg',
    { LABEL: 'x' },
    [
      'pg: PATH: /var/lib/pg is the path of /etc/gandi/disks.d/other.conf too, so neither disk is mounted; give one of them another',
      'other: PATH: /var/lib/pg is the path of /etc/gandi/disks.d/pg.conf too, so neither disk is mounted; give one of them another',
    ],
  ],
  [
    'a path in a path: the inner one is told',
    '/var/lib/pg/wal',
    { LABEL: 'x' },
    [
      'other: PATH: /var/lib/pg/wal is in /var/lib/pg, the path of /etc/gandi/disks.d/pg.conf, so it is not mounted; choose one outside',
    ],
  ],
  [
    'one disk',
    '/srv/x',
    { SERIAL: 'vol-1' },
    [
      'pg: SERIAL: means the disk of /etc/gandi/disks.d/other.conf too, so it is not mounted; remove one file',
      'other: SERIAL: means the disk of /etc/gandi/disks.d/pg.conf too, so it is not mounted; remove one file',
    ],
  ],
] as const)('two files with %s', (_, path, selectors, expected) => {
  const found = assignmentConflicts([pg, assignment('other', path, selectors)]);
  expect(found.map(({ file, mistake }) => `${file.replace(/^.*\/(\w+)\.conf$/, '$1')}: ${mistake}`)).toEqual(expected);
});
