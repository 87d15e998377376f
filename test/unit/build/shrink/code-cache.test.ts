import { describe, expect, test } from 'vitest';
import { emptyCodeCache } from '../../../../tools/shrink/code-cache.ts';

const script = 'agent.cjs';
const heap = sized('the heap, as V8 writes it');
const code = list([sized('internal/a'), sized('code of a'), sized('internal/bc'), sized('')]);
const options = sized('--lite-mode');

describe('the list of compiled code', () => {
  test('is read as one of no entries, and nothing else is touched', () => {
    const executable = holding(heap, code);
    const expected = Buffer.from(executable);
    expected.fill(0, executable.indexOf(code), executable.indexOf(code) + code.length);
    expect(emptyCodeCache(executable, script)).toBe(code.length);
    expect(executable).toEqual(expected);
    expect(executable.includes(options)).toBe(true);
  });

  test.each([
    ['is not there', heap],
    ['is already empty', Buffer.concat([heap, size(0)])],
    ['does not end with the snapshot', Buffer.concat([heap, code, Buffer.from('more')])],
    ['ends after the snapshot', Buffer.concat([heap, code.subarray(0, -1)])],
    // A list in the last entry of another: either could be meant.
    ['is there twice', Buffer.concat([heap, list([sized('outer'), sized(code)])])],
  ])('that %s is an error', (_, snapshot) => {
    expect(() => emptyCodeCache(holding(snapshot), script)).toThrow(
      /the snapshot of agent\.cjs has (0|2) lists of compiled code/,
    );
  });

  test.each([
    ['no snapshot', Buffer.from('Node alone')],
    ['a snapshot of another script', Buffer.concat([sized('other.cjs'), sized(code)])],
    ['two snapshots', Buffer.concat([holding(code), holding(code)])],
    ['a snapshot that was cut off', holding(heap, code).subarray(0, -40)],
  ])('of an executable with %s is an error', (_, executable) => {
    expect(() => emptyCodeCache(executable, script)).toThrow('does not hold one snapshot of agent.cjs');
  });
});

function holding(...parts: Buffer[]): Buffer {
  return Buffer.concat([Buffer.from('Node itself'), sized(script), sized(Buffer.concat(parts)), options]);
}

function list(parts: Buffer[]): Buffer {
  return Buffer.concat([size(parts.length / 2), ...parts]);
}

function sized(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([size(bytes.length), bytes]);
}

function size(bytes: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeUInt32LE(bytes);
  return buffer;
}
