import { expect, test } from 'vitest';
import { billOfMaterials } from '../../../../../src/provision/image/description/bill-of-materials.ts';
import { describeImage, systemOf } from '../../../../../src/provision/image/description/image-description.ts';

const release = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n';
const status = [
  'Package: gandi-vm-agent\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.0.0\n',
  'Package: gone\nStatus: deinstall ok config-files\nArchitecture: all\nVersion: 1\n',
  'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1:5.2+b1\n',
].join('\n');

test('a system is told by its os-release and its packages', () => {
  expect(systemOf(release, status)).toEqual({
    id: 'debian',
    release: '12',
    name: 'Debian GNU/Linux 12 (bookworm)',
    packages: [
      { name: 'bash', version: '1:5.2+b1', architecture: 'amd64' },
      { name: 'gandi-vm-agent', version: '3.0.0', architecture: 'amd64' },
    ],
  });
});

test.each([
  ['in single quotes', "ID='rocky'\nVERSION_ID='9.4'\nPRETTY_NAME='Rocky Linux 9.4'\n"],
  ['in double quotes', 'ID="rocky"\nVERSION_ID="9.4"\nPRETTY_NAME="Rocky Linux 9.4"\n'],
  ['without quotes and with line ends of DOS', 'ID=rocky\r\nVERSION_ID=9.4\r\nPRETTY_NAME="Rocky Linux 9.4"\r\n'],
])('values of os-release %s', (_, text) => {
  expect(systemOf(text)).toMatchObject({ id: 'rocky', release: '9.4', name: 'Rocky Linux 9.4' });
});

test('a tree without os-release and packages is told too', () => {
  expect(systemOf(undefined, undefined)).toEqual({ id: '', release: '', name: '', packages: [] });
});

const facts = {
  name: 'image',
  arch: 'amd64',
  elements: ['os', 'vm'],
  files: [
    {
      type: 'qcow2' as const,
      path: '/out/image.qcow2',
      bytes: 12,
      checksums: {},
      digest: 'ab',
    },
  ],
  system: systemOf(release, status),
  seconds: 1_700_000_000,
};

test('the description of an image', () => {
  expect(describeImage(facts)).toEqual({
    version: 1,
    name: 'image',
    architecture: 'amd64',
    built: '2023-11-14T22:13:20.000Z',
    builder: { name: 'gandi-provision', version: expect.stringMatching(/^\d/) },
    system: 'Debian GNU/Linux 12 (bookworm)',
    agent: '3.0.0',
    elements: ['os', 'vm'],
    files: [{ name: 'image.qcow2', type: 'qcow2', bytes: 12, sha256: 'ab' }],
    sbom: 'image.cdx.json',
    packages: facts.system.packages,
  });
});

test('without the agent its version is null', () => {
  expect(describeImage({ ...facts, system: systemOf(release, undefined) }).agent).toBeNull();
});

test('the bill of materials names each package as Debian does', () => {
  const { components, ...rest } = billOfMaterials(facts);
  expect(rest).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 });
  expect(components[0]).toEqual({
    type: 'library',
    'bom-ref': 'pkg:deb/debian/bash@1%3A5.2%2Bb1?arch=amd64&distro=debian-12',
    name: 'bash',
    version: '1:5.2+b1',
    purl: 'pkg:deb/debian/bash@1%3A5.2%2Bb1?arch=amd64&distro=debian-12',
  });
  expect(components).toHaveLength(2);
});
