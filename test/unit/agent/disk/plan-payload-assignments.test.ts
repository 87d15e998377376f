import { expect, test } from 'vitest';
import { planPayloadAssignments } from '../../../../src/agent/disk/plan-payload-assignments.ts';

const folder = '/etc/gandi/disks.d';
const pg = { name: 'pg', texts: { SERIAL: 'vol-1', PATH: '/var/lib/pg' } };
const text = `# From the payload; the next one replaces it. A file of another name is yours.
SERIAL='vol-1'
PATH='/var/lib/pg'
`;

test('each disk gets a file', () => {
  expect(planPayloadAssignments([pg], new Map())).toEqual([
    { kind: 'make-directory', path: folder, mode: 0o755 },
    { kind: 'write-file', path: `${folder}/payload-pg.conf`, content: text, mode: 0o644 },
    { kind: 'reload-assigned-units', paths: ['/var/lib/pg'] },
  ]);
});

test('what is there already is left alone', () => {
  expect(planPayloadAssignments([pg], new Map([[`${folder}/payload-pg.conf`, text]]))).toEqual([]);
});

test('a payload that says nothing of disks changes nothing; one that has no such disk any more removes its file', () => {
  const now = new Map([[`${folder}/payload-old.conf`, text]]);
  expect(planPayloadAssignments(null, now)).toEqual([]);
  expect(planPayloadAssignments([], now)).toEqual([
    { kind: 'remove-file', path: `${folder}/payload-old.conf` },
    { kind: 'reload-assigned-units', paths: [] },
  ]);
});
