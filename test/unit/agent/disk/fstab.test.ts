import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { findClaim, parseFstab } from '../../../../src/agent/disk/fstab.ts';
import { seededRandom } from '../sources/seeded-random.ts';

/** What udev tells of a disk with this label, with the encoding of blkid_encode_string(3). */
function disk(label: string): Record<string, string> {
  const encoded = [...label].map((character) =>
    /[\w#+.:=@-]/.test(character) || character > '\x7f' ? character : bytesOf(character, '\\x', 16),
  );
  return {
    ...{ DEVNAME: '/dev/sdb', DEVLINKS: '/dev/disk/by-id/scsi-0QEMU_HARDDISK_vol1 /dev/disk/by-uuid/1111-AAAA' },
    ...{ ID_FS_UUID: '1111-AAAA', ID_FS_LABEL: label.replace(/[^\w.-]/g, '_'), ID_FS_LABEL_ENC: encoded.join('') },
    ID_PART_ENTRY_NAME: encoded.join(''),
  };
}

function bytesOf(text: string, prefix: string, radix: number): string {
  const digits = radix === 16 ? 2 : 3;
  return [...Buffer.from(text)].map((byte) => prefix + byte.toString(radix).padStart(digits, '0')).join('');
}

const isClaimed = (line: string, label: string) =>
  findClaim(parseFstab(`${line} /data ext4 nofail 0 2\n`), disk(label));

// Each is a line by which mount(8) of util-linux 2.38 finds the disk.
test.each([
  ['LABEL=my\\040data', 'my data'],
  ['LABEL="my\\040data"', 'my data'],
  ["LABEL='my\\040data'", 'my data'],
  ['PARTLABEL=my\\040data', 'my data'],
  ['LABEL=a=b', 'a=b'],
  ['PARTLABEL=a=b', 'a=b'],
  ['LABEL=é', 'é'],
  ['LABEL=\\303\\251', 'é'],
  ['LABEL=\'"q"\'', '"q"'],
  ["UUID='1111-AAAA'", 'any'],
  ['ID=scsi-0QEMU_HARDDISK_vol1', 'any'],
  ['/dev/sdb', 'any'],
  ['/dev/disk/by-uuid/1111-AAAA', 'any'],
  ['/dev/disk/by-label/my\\134x20data', 'my data'],
  ['/dev/disk/by-label/my\\x20data', 'my data'],
  ['/dev/disk/by-id/scsi-0QEMU_HARDDISK_vol1', 'any'],
])('%s names the disk', (line, label) => {
  expect(isClaimed(line, label)).toBeDefined();
});

test.each([
  ['LABEL=a=b', 'a'],
  ['LABEL=my_data', 'my data'],
  ['ID=vol1', 'any'],
  ['UUID=2222', 'any'],
  ['/dev/disk/by-uuid/2222', 'any'],
  ['/dev/disk/by-label/1111-AAAA', 'any'],
  ['/dev/disk/by-path/1111-AAAA', 'any'],
])('%s does not', (line, label) => {
  expect(isClaimed(line, label)).toBeUndefined();
});

test('for each label, the line that mount(8) finds it by is a claim', () => {
  const next = seededRandom(11);
  const random = (below: number) => Math.floor(next() * below);
  const pieces = ['a', ' ', '=', '"', "'", '\\', '#', 'é', '\t', '_', '-', '\u{1f4be}'];
  for (let round = 0; round < 500; round += 1) {
    const label = Array.from({ length: 1 + random(10) }, () => pieces[random(pieces.length)] ?? '').join('');
    const quote = label.includes('"') ? "'" : '"';
    const value = bytesOf(label, '\\', 8);
    if (!/^["']/.test(label)) expect(isClaimed(`LABEL=${value}`, label), label).toBeDefined();
    expect(isClaimed(`LABEL=${quote}${value}${quote}`, label), label).toBeDefined();
  }
});
