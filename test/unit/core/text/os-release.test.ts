import { expect, test } from 'vitest';
import { parseOsRelease } from '../../../../src/core/text/os-release.ts';

test.each([
  ['without quotes', 'ID=rocky\nID_LIKE=rhel\nPLATFORM_ID=platform:el10\n', ['rhel']],
  [
    'in double quotes',
    'ID="Rocky"\nID_LIKE="rhel centos  fedora"\nPLATFORM_ID="platform:el10"\n',
    ['rhel', 'centos', 'fedora'],
  ],
  ['in single quotes', "ID='rocky'\nID_LIKE='rhel'\nPLATFORM_ID='platform:el10'\n", ['rhel']],
  ['with line ends of DOS', 'ID=rocky\r\nID_LIKE="rhel"\r\nPLATFORM_ID=platform:el10\r\n', ['rhel']],
  [
    'of several words without the quotes they need',
    'ID=rocky\nID_LIKE=rhel centos\nPLATFORM_ID=platform:el10\n',
    ['rhel', 'centos'],
  ],
])('values %s', (_, text, idLike) => {
  expect(parseOsRelease(`NAME="Rocky \\"Linux\\""\n${text}`)).toEqual({
    id: 'rocky',
    idLike,
    platformId: 'platform:el10',
  });
});

test('a file that says nothing', () => {
  expect(parseOsRelease('')).toEqual({ id: '', idLike: [], platformId: '' });
});
