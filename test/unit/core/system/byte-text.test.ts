import { isUtf8 } from 'node:buffer';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderHostLine } from '../../../../src/core/host-port/host-record.ts';
import { bytesOfText, textOfBytes, wellFormed } from '../../../../src/core/system/byte-text.ts';
import { openFolder } from '../../../../src/core/system/folder.ts';
import { fileText, writeText } from '../../../../src/core/system/own-tree.ts';
import { machineTree } from './machine-tree.ts';

/** `café` in Latin-1, in UTF-8, half a character, and what only looks like one. */
const mixed = Buffer.concat([
  Buffer.from('caf\xe9\n', 'latin1'),
  Buffer.from('café € 😀 \ufffd\n'),
  Buffer.from('\xe2\x82\n\xc0\x80\xed\xa0\x80\xf0\x8f\xbf\xbf\xf4\x90\x80\x80\xf8\x90\x80\x80\xff', 'latin1'),
]);
const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

test('what is UTF-8 is read as Node reads it, and what is not becomes one half of a pair for each byte', () => {
  expect(textOfBytes(Buffer.from('café 😀\ufffd'))).toBe('café 😀\ufffd');
  expect(textOfBytes(mixed)).toMatch(/^caf\udce9\ncafé € 😀 \ufffd\n\udce2\udc82\n\udcc0\udc80\udced\udca0\udc80/);
  expect(textOfBytes(mixed.subarray(-1))).toBe('\udcff');
});

test('any bytes are the same after they were text', () => {
  // The ends of each range of Unicode's table 3-7, in sequences of up to four.
  const ends = [
    0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf4, 0xf5,
  ];
  const sequences = ends.flatMap((one) => ends.flatMap((two) => ends.flatMap((three) => [[one, two, three, 0x80]])));
  const all = [[...mixed], ...sequences, ...sequences.map((each) => each.slice(0, 3))].map((each) => Buffer.from(each));
  const changed = all.filter((bytes) => !bytes.equals(bytesOfText(textOfBytes(bytes))));
  const misjudged = all.filter((bytes) => textOfBytes(bytes).isWellFormed() !== isUtf8(bytes));
  expect([changed, misjudged]).toEqual([[], []]);
});

test('half of a surrogate pair outside U+DC80 to U+DCFF is written as U+FFFD', () => {
  expect(Buffer.from(bytesOfText('a\ud83d\udc7f\ude00'))).toEqual(Buffer.from('a\ud83d\udc7f\ude00'));
});

test('through every door bytes that are not UTF-8 stay what they are', async () => {
  const { system, root } = await machineTree();
  const { files } = system;
  await writeFile(join(root, 'old'), mixed);
  const text = (await files.read('/old')) ?? '';
  await files.replace('/replaced', `${text}x`, { mode: 0o600 });
  await files.create('/created', `${text}x`, 0o600);
  await files.append('/old', `${text}x`, 0o600);
  const more = Buffer.concat([mixed, Buffer.from('x')]);
  expect(await readFile(join(root, 'replaced'))).toEqual(more);
  expect(await readFile(join(root, 'created'))).toEqual(more);
  expect(await readFile(join(root, 'old'))).toEqual(Buffer.concat([mixed, more]));
});

test('in a folder of a user, and in a tree that is built, they do too', async () => {
  const { root } = await machineTree();
  await mkdir(join(root, 'home'));
  await writeFile(join(root, 'home/old'), mixed);
  await using folder = await openFolder(join(root, 'home'));
  await folder?.replace('new', (await folder.read('old', owner)) ?? '', 0o600, owner);
  await writeText(join(root, 'built'), (await fileText(join(root, 'home/old'))) ?? '');
  expect(await readFile(join(root, 'home/new'))).toEqual(mixed);
  expect(await readFile(join(root, 'built'))).toEqual(mixed);
});

test('other programs get no half of a pair', () => {
  const told = { path: '/srv/caf\udce9', bytes: 1 };
  expect(JSON.stringify(told, wellFormed)).toBe('{"path":"/srv/caf\ufffd","bytes":1}');
  expect(renderHostLine(told)).toBe('{"path":"/srv/caf\\ufffd","bytes":1}\n');
});
