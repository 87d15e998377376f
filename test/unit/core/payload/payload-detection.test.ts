import { open } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { detectPayload } from '../../../../src/core/payload/payload-detection.ts';
import { byteReader } from '../../../../src/core/payload/payload-medium.ts';
import { archiveOf, memoryReader, plainEntries } from '../../agent/sources/archives.ts';
import { seededBytes } from '../../agent/sources/seeded-random.ts';

const mebibyte = 1024 * 1024;
const tar = await archiveOf(plainEntries);
const foreignTar = await archiveOf([{ name: 'etc/', type: 'directory' }]);
const detect = (bytes: Uint8Array, zeros = mebibyte) => detectPayload(memoryReader(bytes, zeros), 0);
const at = (position: number, bytes: Uint8Array) => Buffer.concat([Buffer.alloc(position), bytes]);
/** The archive whose first block is overwritten. */
const damaged = (first: Uint8Array) => Buffer.concat([first, tar.subarray(512)]);
/** One block that has only this text. */
const block = (text: string, position = 0) => at(position, Buffer.from(text)).subarray(0, 512);

// The rows of the table "Is there a payload?" of docs/payload.md, by their numbers.
describe('rows that answer: none', () => {
  test.each<[string, Uint8Array, number]>([
    ['row 1: the disk ends before it', new Uint8Array(), 0],
    ['row 1: the disk ends within the first block', tar.subarray(0, 511), 0],
    ['row 6: zeros', new Uint8Array(), mebibyte],
    ['row 6: random bytes', seededBytes(1, mebibyte), 0],
    ['row 6: old contents of swap, with headers of other archives', at(4096, foreignTar), mebibyte],
    ['row 6: a header of ours that begins in the middle of a block', at(4096 + 100, tar), mebibyte],
    ['row 6: text of ours at a later place that is not a header', at(4096, Buffer.from('gandi/config')), mebibyte],
  ])('%s', async (_, bytes, zeros) => expect(await detect(bytes, zeros)).toBeUndefined());
});

describe('rows that answer: a payload', () => {
  test.each<[string, Uint8Array, string]>([
    ['row 2: magic, checksum and name', tar, 'none'],
    ['row 2: only the magic', block('ustar', 257), 'none'],
    ['row 3: only the name', block('gandi/'), 'none'],
    ['row 3: the name of the folder without slash', block('gandi\0'), 'none'],
    ['row 5: gzip', Buffer.from('1f8b0800', 'hex'), 'gzip'],
    ['row 5: zstd', Buffer.from('28b52ffd', 'hex'), 'zstd'],
    ['row 5: zstd with its first skippable frame', Buffer.from('502a4d18', 'hex'), 'zstd'],
    ['row 5: zstd with its last skippable frame', Buffer.from('5f2a4d18', 'hex'), 'zstd'],
  ])('%s', async (_, bytes, compression) => expect(await detect(bytes)).toBe(compression));

  test('row 4: only the checksum', async () => {
    const old = Buffer.from(tar.subarray(0, 512));
    old.fill(0, 257, 265);
    old.write('Xandi/', 0);
    const sum = old.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
    old.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    expect(await detect(old)).toBe('none');
  });
});

test('row 8: a read that fails is an error of the medium', async () => {
  const handle = await open(import.meta.dirname);
  // A folder is what a read fails on without any privilege: EISDIR.
  await expect(detectPayload(byteReader(handle, 'test disk'), 0)).rejects.toMatchObject({
    code: 'payload.read-failed',
    exitCode: 1,
  });
  await handle.close();
});

describe('D2: remains of a payload are an error', () => {
  test.each([
    ['its first block is zeros', damaged(Buffer.alloc(512))],
    ['its first block is random', damaged(seededBytes(2, 512))],
    ['its first 512 KiB are wiped', at(512 * 1024, tar)],
    ['what lies before it has the magic too', Buffer.concat([at(1000, Buffer.from('ustar')), at(8192 - 1005, tar)])],
  ])('row 7: %s', async (_, bytes) => {
    await expect(detect(bytes)).rejects.toMatchObject({ code: 'payload.damaged', exitCode: 3 });
  });
});
