// tar(5): a header is one block; its fields are at fixed offsets, numbers are octal text.
export const blockLength = 512;

const checksumField = { start: 148, end: 156 };

const magic = { text: 'ustar', start: 257 };

export function isZeroBlock(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** True if the checksum field is there and right: the sum of all bytes, its own field taken as spaces. */
export function hasChecksum(block: Uint8Array): boolean {
  const stated = readOctal(block, checksumField.start, checksumField.end);
  if (stated === undefined || isZeroBlock(block)) return false;
  const inField = (index: number) => index >= checksumField.start && index < checksumField.end;
  return block.reduce((sum, byte, index) => sum + (inField(index) ? 0x20 : byte), 0) === stated;
}

/** The five letters that ustar, GNU and pax archives have in every header. */
export function hasMagic(block: Uint8Array): boolean {
  return latin1(block, magic.start, magic.start + magic.text.length) === magic.text;
}

/** Where blocks with the magic begin, in bytes from the start of what is given. The first block is not among them. */
export function* blocksWithMagic({ buffer, byteOffset, byteLength }: Uint8Array): Generator<number> {
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  for (let found = bytes.indexOf(magic.text); found !== -1; found = bytes.indexOf(magic.text, found + 1)) {
    const start = found - magic.start;
    if (start > 0 && start % blockLength === 0 && start + blockLength <= bytes.length) yield start;
  }
}

/** True if the name field starts in the folder of the payload. */
export function namesPayload(block: Uint8Array): boolean {
  return /^gandi[/\0]/.test(latin1(block, 0, 6));
}

/** Bytes of content; undefined if the field is not a plain number. */
export function readSize(block: Uint8Array): number | undefined {
  return (block[124] ?? 0) >= 0x80 ? readBase256(block, 124, 136) : readOctal(block, 124, 136);
}

export function readMode(block: Uint8Array): number | undefined {
  return readOctal(block, 100, 108);
}

/** One letter: `0` file, `5` directory, `x` pax, `L` GNU long name, … */
export function readType(block: Uint8Array): string {
  return latin1(block, 156, 157);
}

function readOctal(block: Uint8Array, start: number, end: number): number | undefined {
  const digits = /^ *([0-7]+)[ \0]*$/.exec(latin1(block, start, end))?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

/** GNU's form for sizes of 8 GiB and more. A negative one (0xff…) is none. */
function readBase256(block: Uint8Array, start: number, end: number): number | undefined {
  if (block[start] !== 0x80) return undefined;
  return block.subarray(start + 1, end).reduce((value, byte) => value * 256 + byte, 0);
}

function latin1({ buffer, byteOffset, byteLength }: Uint8Array, start: number, end: number): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1', start, end);
}
