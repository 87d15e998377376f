import { describe, expect, test } from 'vitest';
import { mappedNames, packageTable, readPackageMap } from '../../../../../src/provision/image/packages/package-map.ts';
import {
  mergeServices,
  readServiceMap,
  serviceTable,
} from '../../../../../src/provision/image/packages/service-map.ts';

const map = readPackageMap(
  JSON.stringify({
    release: { ubuntu: { jammy: { editor: 'editor-jammy' } }, centos: { 8: { stream: 'stream-8' } } },
    distro: { ubuntu: { editor: 'editor-ubuntu', pager: 'pager-ubuntu' } },
    family: { debian: { pager: 'pager-deb', shell: 'shell-deb' }, redhat: { shell: 'shell-rh', empty: '' } },
    default: { shell: 'shell-default', empty: 'not-empty' },
  }),
  'pkg-map',
);

describe('a package is called as the release says, else distribution, family, default', () => {
  test.each([
    ['editor', 'ubuntu', 'jammy', ['editor-jammy']],
    ['editor', 'ubuntu', 'noble', ['editor-ubuntu']],
    ['pager', 'ubuntu', 'jammy', ['pager-ubuntu']],
    ['pager', 'debian', '12', ['pager-deb']],
    ['shell', 'rocky', '9', ['shell-rh']],
    ['shell', 'arch', '', ['shell-default']],
    ['empty', 'fedora', '40', []],
    ['nosuch', 'ubuntu', 'jammy', undefined],
    ['stream', 'centos', '8-stream', ['stream-8']],
    ['stream', 'centos', '9-stream', undefined],
    ['shell', 'centos7', '7', ['shell-rh']],
  ])('%s on %s %s', (name, distribution, release, expected) => {
    expect(mappedNames(map, name, { name: distribution, release })).toEqual(expected);
  });
});

test('a map becomes lines of fields, with the family of each distribution', () => {
  const lines = packageTable(map).split('\n');
  expect(lines).toContain('release|ubuntu|jammy|editor|editor-jammy');
  expect(lines).toContain('family|redhat||empty|');
  expect(lines).toContain('default|||shell|shell-default');
  expect(lines).toContain('member|ubuntu||debian|');
});

test.each(['{', '[]', '{"distro": {"ubuntu": ["x"]}}'])('%s is no map of packages', (text) => {
  expect(() => readPackageMap(text, '/e/pkg-map')).toThrow(expect.objectContaining({ subject: '/e/pkg-map' }));
});

describe('services', () => {
  const web = readServiceMap(
    's',
    'web:\n  debian: apache2\n  redhat: httpd\n  default: www\nown:\n  fedora: x\n  gentoo: 7\n  suse: true\n',
    'svc-map',
  );

  test.each([
    ['ubuntu', 'own: own\nweb: apache2\n'],
    ['fedora', 'own: x\nweb: httpd\n'],
    ['arch', 'own: own\nweb: www\n'],
  ])('on %s', (distribution, expected) => {
    expect(serviceTable(mergeServices([web], distribution))).toBe(expected);
  });

  test('one of two elements is refused, with both named', () => {
    const other = readServiceMap('t', 'web:\n  default: x\n', 'svc-map');
    expect(() => mergeServices([web, other], 'debian')).toThrow(/s and t both map it/);
  });

  test('an empty file has none', () => {
    expect(readServiceMap('s', '', 'svc-map').services).toEqual({});
  });

  test.each(['web: apache2', 'web: ['])('%j is no map of services', (text) => {
    expect(() => readServiceMap('s', text, '/e/svc-map')).toThrow(expect.objectContaining({ subject: '/e/svc-map' }));
  });
});
