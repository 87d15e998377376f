import { describe, expect, test } from 'vitest';
import { emptyEmbeddedCode } from '../../../../tools/shrink/embedded-code.ts';

const row = Buffer.concat(Array.from({ length: 120 }, (_, number) => compiled(`code of module ${number}`)));
const before = Buffer.from('Node itself, and two bytes by chance: \xde\xc0', 'latin1');
const after = Buffer.from('and what follows');

describe('the compiled code that Node brings', () => {
  test('is emptied, and nothing else is touched', () => {
    const executable = Buffer.concat([before, row, after]);
    expect(emptyEmbeddedCode(executable)).toBe(row.length);
    expect(executable).toEqual(Buffer.concat([before, Buffer.alloc(row.length), after]));
  });

  test.each([
    ['no compiled code', Buffer.concat([before, after]), 0],
    ['some by chance', Buffer.concat([before, ...[1, 2, 3].map((each) => compiled(String(each))), after]), 0],
    ['two rows', Buffer.concat([row, after, row]), 2],
    ['modules of two builds of V8', Buffer.concat([...[1, 2].map((version) => half(version))]), 0],
    [
      'bytes between the modules',
      Buffer.concat(Array.from({ length: 120 }, () => [compiled('code'), after]).flat()),
      0,
    ],
    ['a row that was cut off', row.subarray(0, row.length - 30 * compiled('code of module 99').length), 0],
  ])('of an executable with %s is an error, and nothing is touched', (_, executable, count) => {
    const original = Buffer.from(executable);
    expect(() => emptyEmbeddedCode(executable)).toThrow(`it has ${count} rows of compiled modules`);
    expect(executable).toEqual(original);
  });
});

function half(version: number): Buffer {
  return Buffer.concat(Array.from({ length: 60 }, () => compiled('code', version)));
}

/** As V8 writes it: magic, version, source, flags, snapshot, length, checksum, padding; and the end of an array in C++. */
function compiled(code: string, version = 7): Buffer {
  const header = Buffer.alloc(32);
  for (const [index, value] of [0xc0de06a9, version, 0x20000bd6, 3, 5, code.length].entries())
    header.writeUInt32LE(value, index * 4);
  return Buffer.concat([header, Buffer.from(code), Buffer.alloc(1)]);
}
