import { expect, test } from 'vitest';
import { planImport } from '../../../../src/provision/netboot/plan-import.ts';
import type { Settings } from '../../../../src/provision/netboot/settings.ts';

const settings: Settings = {
  archive: 'http://archive/dists',
  releases: ['precise', 'quantal'],
  currentRelease: 'quantal',
  arches: ['amd64', 'i386'],
  tftpRoot: '/srv/tftp',
  download: [],
  distribution: 'ubuntu',
  layout: 'base',
  keyring: null,
};

test('goes by architecture, the loader of the current release first', () => {
  expect(planImport(settings).map(({ place }) => place)).toEqual([
    'maas/amd64/base/pxelinux.0',
    'maas/amd64/base/precise/install',
    'maas/amd64/base/quantal/install',
    'maas/i386/base/pxelinux.0',
    'maas/i386/base/precise/install',
    'maas/i386/base/quantal/install',
  ]);
  expect(planImport(settings)[0]).toMatchObject({
    file: {
      url: 'http://archive/dists/quantal/main/installer-amd64/current/images/netboot/ubuntu-installer/amd64/pxelinux.0',
    },
  });
});

test.each([
  ['base', 'maas/amd64/base/precise/install'],
  ['generic', 'maas/amd64/generic/precise/install'],
  ['flat', 'amd64/generic/precise/install'],
] as const)('layout %s puts a release into %s', (layout, place) => {
  expect(planImport({ ...settings, layout })[1]).toMatchObject({ place });
});

test('an archive of Debian has the installer of Debian', () => {
  expect(planImport({ ...settings, distribution: 'debian' })[1]).toMatchObject({
    files: [{ path: 'netboot/debian-installer/amd64/initrd.gz' }, { path: 'netboot/debian-installer/amd64/linux' }],
    sums: {
      images: 'http://archive/dists/precise/main/installer-amd64/current/images',
      path: 'main/installer-amd64/current/images/SHA256SUMS',
    },
  });
});
