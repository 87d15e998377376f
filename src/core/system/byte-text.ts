import { Buffer, isUtf8 } from 'node:buffer';

/**
 * The text of a file, which may be changed and written back. A byte that is not UTF-8, as in a comment in Latin-1, becomes
 * one half of a surrogate pair, U+DC80 to U+DCFF: no UTF-8 has those, and `bytesOfText` makes them the same bytes again.
 */
export function textOfBytes(bytes: Uint8Array): string {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(content)) return content.toString();
  // A character takes at most as many units of UTF-16 as bytes of UTF-8.
  const units = Buffer.alloc(content.length * 2);
  let end = 0;
  for (let at = 0; at < content.length; ) {
    const point = characterAt(content, at);
    if (point === undefined) end = units.writeUInt16LE(0xdc00 + (content[at] ?? 0), end);
    else if (point < 0x10000) end = units.writeUInt16LE(point, end);
    else {
      end = units.writeUInt16LE(0xd800 + ((point - 0x10000) >> 10), end);
      end = units.writeUInt16LE(0xdc00 + (point & 0x3ff), end);
    }
    at += point === undefined ? 1 : sizeOf(point);
  }
  return units.toString('utf16le', 0, end);
}

/** The bytes that `textOfBytes` read as this text; UTF-8 where it is of somebody else. */
export function bytesOfText(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  if (text.isWellFormed()) return bytes;
  let [from, end] = [0, 0];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const next = from + sizeOf(point);
    if (point >= 0xdc80 && point <= 0xdcff) bytes[end++] = point & 0xff;
    else for (let at = from; at < next; at += 1) bytes[end++] = bytes[at] ?? 0;
    from = next;
  }
  return bytes.subarray(0, end);
}

/** For `JSON.stringify` of what other programs read: some of them take no half of a pair. */
export function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

/** Of the character that begins there, as Unicode's table 3-7 has them; undefined if none does. */
function characterAt(bytes: Uint8Array, at: number): number | undefined {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return first;
  const size = first < 0xc0 || first > 0xf7 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (size === 0) return undefined;
  let point = first & (0x7f >> size);
  for (let next = at + 1; next < at + size; next += 1) {
    const byte = bytes[next] ?? 0;
    if ((byte & 0xc0) !== 0x80) return undefined;
    point = (point << 6) | (byte & 0x3f);
  }
  const isHalf = point >= 0xd800 && point <= 0xdfff;
  return isHalf || point > 0x10ffff || sizeOf(point) !== size ? undefined : point;
}

/** In bytes of UTF-8. Half a pair takes three, as U+FFFD does, which Node writes for it. */
function sizeOf(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}
