import { expect, test } from 'vitest';
import { has } from '../../../../src/core/system/files-at-hand.ts';

test.each([
  ['/sys/block/vda/size', true],
  ['/sys/block/vda/serial', false],
  ['/proc/self/mountinfo', true],
  ['/proc/1/stat', false],
  ['/run/gandi/disks/vdb@7.json', true],
  ['/run/user/1000/doc', false],
  ['/var/lib/gandi/disk-names', true],
  ['/var/lib/nfs/etab', false],
  ['/etc/fstab', true],
  ['/srv/data/etc/fstab', false],
  ['/home/admin/.ssh/authorized_keys', false],
  ['/', false],
])('%s is looked at at once: %s', (path, expected) => {
  expect(has(path)).toBe(expected);
});
