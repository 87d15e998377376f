import { expect, test } from 'vitest';
import { isInternalVolume, kindOfMapper, uuidsOfVolume } from '../../../../src/agent/stack/layer-kind.ts';
import { isLayered } from '../../../../src/agent/stack/stack.ts';
import { groupUuid, volumeUuid } from './stack-example.ts';

test.each([
  ['LVM-abc', 'lvm'],
  ['CRYPT-LUKS2-0123-name', 'luks'],
  ['CRYPT-LUKS1-0123-name', null],
  ['CRYPT-PLAIN-name', null],
  ['CRYPT-BITLK-0123-name', null],
  ['mpath-0QEMU', 'multipath'],
  ['part1-mpath-0QEMU', 'multipath'],
  ['own-mpath-0QEMU', null],
  [null, null],
])('a mapping with the UUID %j is of %j', (uuid, kind) => {
  expect(kindOfMapper(uuid)).toBe(kind);
});

test('a volume and its group have the UUIDs by which LVM knows them', () => {
  expect(uuidsOfVolume(`LVM-${groupUuid}${volumeUuid}`)).toEqual({
    group: 'GnUfiy-TzHY-oAAJ-5dWb-kuCT-UNT6-uCFTXi',
    volume: 'nGZHpQ-ZIDe-VmSv-1AuC-jT4z-FkhS-sQ2C1u',
  });
  expect(uuidsOfVolume('LVM-short')).toBeUndefined();
  expect(isInternalVolume('LVM-short')).toBe(false);
});

test.each([
  ['dm-0', true],
  ['md127', true],
  ['md_home', true],
  ['sda', false],
  ['mdx', false],
  ['dm', false],
])('%s is built on others: %s', (name, is) => {
  expect(isLayered(name)).toBe(is);
});
