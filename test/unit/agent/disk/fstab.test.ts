import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { findClaim, parseFstab } from '../../../../src/agent/disk/fstab.ts';
import { parseMountinfo } from '../../../../src/core/block-device/mounts.ts';
import { textOfBytes } from '../../../../src/core/system/byte-text.ts';
import { seededRandom } from '../sources/seeded-random.ts';

/** What udev tells of a disk with this label. */
function disk(label: Buffer): Record<string, string> {
  const encoded = encode(label);
  return {
    ...{ DEVNAME: '/dev/sdb', DEVLINKS: '/dev/disk/by-id/scsi-0QEMU_HARDDISK_vol1 /dev/disk/by-uuid/1111-AAAA' },
    ...{ ID_FS_UUID: '1111-AAAA', ID_FS_LABEL: `${label}`.replace(/[^\w.-]/g, '_'), ID_FS_LABEL_ENC: encoded },
    ID_PART_ENTRY_NAME: encoded,
  };
}

/** As blkid_encode_string(3): characters of UTF-8 and a few of ASCII stay, of all else each byte is `\xNN`. */
function encode(label: Buffer): string {
  const kept = (character: string) => /[\w#+.:=@-]/.test(character) || (character > '\x7f' && character !== '\ufffd');
  let encoded = '';
  for (let rest = label; rest.length > 0; ) {
    const first = String.fromCodePoint(`${rest}`.codePointAt(0) ?? 0);
    const length = first === '\ufffd' ? 1 : Buffer.byteLength(first);
    encoded += kept(first) ? first : escapesOf(rest.subarray(0, length), '\\x', 16);
    rest = rest.subarray(length);
  }
  return encoded;
}

function escapesOf(bytes: Buffer, prefix: string, radix: number): string {
  const digits = radix === 16 ? 2 : 3;
  return [...bytes].map((byte) => prefix + byte.toString(radix).padStart(digits, '0')).join('');
}

function isClaimed(line: string | Buffer, label: string | Buffer) {
  const rest = Buffer.from(' /data ext4 nofail 0 2\n');
  return findClaim(parseFstab(Buffer.concat([Buffer.from(line), rest])), disk(Buffer.from(label)));
}

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
  ['LABEL=non\u00a0breaking', 'non\u00a0breaking'],
  ['LABEL=my\\040data\\000other', 'my data'],
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

// By latin1 each character is a byte. The last two are how systemd writes a tag of fstab in its own unit.
test.each([
  ['LABEL=caf\\351', 'caf\xe9'],
  ['LABEL="caf\\351"', 'caf\xe9'],
  ['PARTLABEL=caf\\351', 'caf\xe9'],
  ['LABEL=caf\xe9', 'caf\xe9'],
  ['LABEL=a\xa0b', 'a\xa0b'],
  ['LABEL=\xc3\\251', '\xc3\xa9'],
  ['/dev/disk/by-label/caf\\134xe9', 'caf\xe9'],
  ['/dev/disk/by-partlabel/caf\\xe9', 'caf\xe9'],
])('%j names a disk whose label is not UTF-8', (line, label) => {
  expect(isClaimed(Buffer.from(line, 'latin1'), Buffer.from(label, 'latin1'))).toBeDefined();
});

test.each([
  ['LABEL=caf\\352', 'caf\xe9'],
  ['LABEL=\xef\xbf\xbd', '\xe9'],
  ['/dev/disk/by-label/caf\\xea', 'caf\xe9'],
])('%j does not name another one', (line, label) => {
  expect(isClaimed(Buffer.from(line, 'latin1'), Buffer.from(label, 'latin1'))).toBeUndefined();
});

test('for each label, the line that mount(8) finds it by is a claim, and that of another label is not', () => {
  const next = seededRandom(11);
  const random = (below: number) => Math.floor(next() * below);
  const pieces = ['a', ' ', '=', '"', "'", '\\', '#', 'é', '\t', '_', '-', '\u{1f4be}', '\u00a0'];
  const someBytes = () => Buffer.from([1 + random(255)]);
  const piece = () => (random(3) === 0 ? someBytes() : Buffer.from(pieces[random(pieces.length)] ?? ''));
  for (let round = 0; round < 1000; round += 1) {
    const label = Buffer.concat(Array.from({ length: 1 + random(10) }, piece));
    const quote = label.includes('"') ? "'" : '"';
    const values = [escapesOf(label, '\\', 8), label.toString('latin1').replace(/[ \t\n\r\\"']/g, escaped)];
    const other = Buffer.concat([label, someBytes()]);
    for (const value of values) {
      const line = Buffer.from(`LABEL=${quote}${value}${quote}`, 'latin1');
      if (!/^["']/.test(`${label}`))
        expect(isClaimed(Buffer.from(`LABEL=${value}`, 'latin1'), label), value).toBeDefined();
      expect(isClaimed(line, label), value).toBeDefined();
      expect(isClaimed(line, other), value).toBeUndefined();
    }
  }
});

const escaped = (character: string) => escapesOf(Buffer.from(character), '\\', 8);

test('a mount point that is not UTF-8 is the same in fstab and in the table of mounts', () => {
  const [entry] = parseFstab(Buffer.from('/dev/sdb /mnt/\xe2\x82\\040caf\xe9 ext4 defaults 0 0\n', 'latin1'));
  const line = Buffer.from('36 25 8:16 / /mnt/\xe2\x82\\040caf\xe9 rw - ext4 /dev/sdb rw\n', 'latin1');
  const [mount] = parseMountinfo(textOfBytes(line));
  expect(mount?.mountPoint).toBe('/mnt/\udce2\udc82 caf\udce9');
  expect(entry?.mountPoint).toBe(mount?.mountPoint);
});
