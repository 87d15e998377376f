import { expect, test } from 'vitest';
import { readBlockDevices } from '../../../../../src/provision/image/block-device/block-devices.ts';
import { bareFileSystem } from '../../../../../src/provision/image/block-device/root-parameters.ts';
import { neededTools } from '../../../../../src/provision/image/output/needed-tools.ts';
import type { OutputType } from '../../../../../src/provision/image/output/output-types.ts';

const withTable = `
- local_loop:
    name: image0
    partitioning:
      label: gpt
      partitions:
        - {name: ESP, size: 34MiB, type: EF00, mkfs: {type: vfat, mount: {mount_point: /boot/efi}}}
        - {name: data, size: 50%, mkfs: {type: xfs, mount: {mount_point: /srv}}}
        - {name: swap, size: 8MiB, mkfs: {type: swap, mount: {mount_point: swap}}}
        - {name: root, size: 100%, mkfs: {type: btrfs, mount: {mount_point: /}}}
`;

test.each<[readonly OutputType[], string, string]>([
  [['tar', 'tgz'], bareFileSystem, ''],
  [['raw'], bareFileSystem, 'mke2fs'],
  [['qcow2', 'vmdk'], bareFileSystem, 'qemu-img mke2fs'],
  [['squashfs'], withTable, 'mksquashfs'],
  [['raw'], withTable, 'sfdisk mkfs.fat mcopy mkfs.xfs mkfs.btrfs'],
])('%j of %s needs %s', (types, description, expected) => {
  const devices = readBlockDevices(description, { fileSystem: 'ext4' });
  expect(
    neededTools(types, devices)
      .map(({ tool }) => tool)
      .join(' '),
  ).toBe(expected);
});
