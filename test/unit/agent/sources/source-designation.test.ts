import { expect, test } from 'vitest';
import { designateSource, type SourceFacts } from '../../../../src/agent/sources/source-designation.ts';
import { disk } from '../disk/swap-disk-example.ts';

const place = '/dev/disk/by-path/virtio-pci-0000:00:05.0';
const cdRom = disk('sr0', { bus: 'scsi', removable: true, isCdRom: true, links: ['/dev/disk/by-path/pci-0-ata-1'] });
const volume = disk('vdb', { links: [place, '/dev/disk/by-id/virtio-drive', '/dev/disk/by-id/lvm-pv-uuid-x'] });

const of = (device: typeof cdRom, isDataDisk = false) => ({ device, isDataDisk });
const facts = (changes: Partial<SourceFacts>): SourceFacts => ({
  labelled: [],
  flagDevice: '',
  isConfigured: false,
  ...changes,
});

/** What is read, and the rows by which the others are left alone. */
function decide(changes: Partial<SourceFacts>): unknown[] {
  const designation = designateSource(facts(changes));
  const rows = designation.leftAlone.map(({ verdict }) => verdict.row);
  if (designation.kind !== 'one') return [designation.kind, ...rows];
  return [designation.device.name, designation.trust, ...rows];
}

test.each([
  '/dev/vdb',
  '/dev/sr0',
  '/dev/disk/by-label/config-2',
  '/dev/disk/by-uuid/2026-01-01',
  '/dev/disk/by-partlabel/config-2',
  '/dev/disk/by-diskseq/7',
  '/dev/disk/by-id/lvm-pv-uuid-x',
  '/dev/disk/by-id/md-name-x',
  '/dev/disk/by-id/dm-name-x',
  '/dev/disk/by-path/../by-label/config-2',
  'config-2',
])('row 1: no name that the content or the order of disks decides: %s', (flagDevice) => {
  expect(decide({ labelled: [of(cdRom), of(volume)], flagDevice })).toEqual(['refused']);
});

test('row 2: never a data disk, even if the flag names it', () => {
  expect(decide({ labelled: [of(volume, true)] })).toEqual(['none', 2]);
  expect(decide({ labelled: [of(volume, true)], flagDevice: place })).toEqual(['none', 2]);
  expect(decide({ labelled: [of(cdRom, true)] })).toEqual(['none', 2]);
});

test.each([place, '/dev/disk/by-id/virtio-drive'])('row 3: the device that the flag names, at any time: %s', (name) => {
  expect(decide({ labelled: [of(volume)], flagDevice: name })).toEqual(['vdb', 'anything']);
  expect(decide({ labelled: [of(volume)], flagDevice: name, isConfigured: true })).toEqual(['vdb', 'anything']);
});

test('row 4: no other device beside it, and not in its place', () => {
  expect(decide({ labelled: [of(cdRom), of(volume)], flagDevice: place })).toEqual(['vdb', 'anything', 4]);
  expect(decide({ labelled: [of(cdRom)], flagDevice: place })).toEqual(['none', 4]);
});

test.each(['virtio', 'scsi', 'nvme', 'xen', 'loop', 'other'] as const)('row 5: no disk, on whatever bus: %s', (bus) => {
  expect(decide({ labelled: [of({ ...volume, bus })] })).toEqual(['none', 5]);
  expect(decide({ labelled: [of({ ...volume, bus, removable: true })] })).toEqual(['none', 5]);
  expect(decide({ labelled: [of({ ...volume, bus })], isConfigured: true })).toEqual(['none', 5]);
});

test('row 5: nor in the way of a CD-ROM', () => {
  expect(decide({ labelled: [of(volume), of(cdRom)] })).toEqual(['sr0', 'anything', 5]);
});

test('row 6: of a CD-ROM only what was applied, once the machine is configured', () => {
  expect(decide({ labelled: [of(cdRom)], isConfigured: true })).toEqual(['sr0', 'applied']);
});

test('row 7: a CD-ROM, before anything was applied', () => {
  expect(decide({ labelled: [of(cdRom)] })).toEqual(['sr0', 'anything']);
});

test.each([false, true])('row 8: not one of two (configured: %s)', (isConfigured) => {
  const second = { ...cdRom, name: 'sr1', path: '/dev/sr1' };
  expect(decide({ labelled: [of(cdRom), of(second), of(volume)], isConfigured })).toEqual(['several', 5]);
});

test('nothing where nothing carries the label', () => {
  expect(decide({})).toEqual(['none']);
});
