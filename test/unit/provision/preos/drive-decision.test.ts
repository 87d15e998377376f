import { expect, test } from 'vitest';
import { type DriveFacts, decideDrive } from '../../../../src/provision/preos/drive-decision.ts';

const drive: DriveFacts = {
  type: 'disk',
  name: '/dev/sdb',
  underSystem: ['/dev/sda1', '/dev/sda'],
  underTree: ['/dev/sdb1', '/dev/sdb'],
};

test.each<[number, string, Partial<DriveFacts>]>([
  [1, 'no-drive', { type: undefined }],
  [1, 'no-drive', { type: 'part', name: '/dev/sdb1' }],
  [2, 'system-drive', { underSystem: ['/dev/dm-0', '/dev/sdb2', '/dev/sdb'] }],
  [3, 'tree-elsewhere', { underTree: [] }],
  [3, 'tree-elsewhere', { underTree: ['/dev/sdc1', '/dev/sdc'] }],
  [4, 'loader', {}],
  [4, 'loader', { type: 'loop', underTree: ['/dev/dm-1', '/dev/sdb1', '/dev/sdb'] }],
])('row %i: %s', (row, code, facts) => {
  expect(decideDrive({ ...drive, ...facts })).toMatchObject({ row, code, outcome: row === 4 ? 'install' : 'refuse' });
});
