import { UnknownLayout } from './unknown-layout.ts';

/** The upper half of the number that compiled code begins with; the lower half is of V8's build. */
const magic = 0xc0de;
const headerSize = 32;
const payloadLengthAt = 20;
/** Each is the text of an array in C++, which ends with a byte of zero. */
const endSize = 1;
/** Node has some 440 modules; what looks like compiled code by chance does not come in such numbers. */
const minModules = 100;

/**
 * Empties the compiled code of Node's own modules that Node itself brings. An executable that starts from a snapshot of its own
 * asks only that snapshot for compiled code (`NODE_DEBUG_NATIVE=CODE_CACHE` says what each module was compiled with), so these
 * bytes are never looked at.
 *
 * Layout: one after the other, each with the header of V8's SerializedCodeData in src/snapshot/code-serializer.h: numbers of 32 bits,
 * little-endian, of which the first two, the magic and V8's version, are the same for all, and the sixth is how many bytes follow the
 * header. Seen in Node 26.
 *
 * @param executable its bytes, changed in place
 * @returns how many bytes were emptied
 * @throws UnknownLayout if the executable does not hold exactly one such row of modules
 */
export function emptyEmbeddedCode(executable: Buffer): number {
  const rows = rowsOf(executable);
  const [row] = rows;
  if (row === undefined || rows.length > 1) {
    throw new UnknownLayout(`it has ${rows.length} rows of compiled modules where Node 26 has one`);
  }
  executable.fill(0, row.start, row.end);
  return row.end - row.start;
}

interface Row {
  readonly start: number;
  readonly end: number;
}

function rowsOf(executable: Buffer): Row[] {
  const rows: Row[] = [];
  const upperHalf = Buffer.from([magic & 0xff, magic >> 8]);
  for (let at = executable.indexOf(upperHalf); at !== -1; ) {
    const row = rowFrom(executable, at - 2);
    if (row !== undefined) rows.push(row);
    at = executable.indexOf(upperHalf, row?.end ?? at + 1);
  }
  return rows;
}

/** @returns undefined where fewer modules follow each other than Node has */
function rowFrom(executable: Buffer, start: number): Row | undefined {
  let modules = 0;
  let end = start;
  for (; isModule(executable, start, end); modules++) end = endOf(executable, end);
  return modules < minModules ? undefined : { start, end };
}

/** Whether compiled code begins there, by the same V8 as at `first`. */
function isModule(executable: Buffer, first: number, at: number): boolean {
  if (at < 0 || at + headerSize > executable.length) return false;
  const isOfSameBuild = executable.compare(executable, first, first + 8, at, at + 8) === 0;
  return (
    isOfSameBuild && endOf(executable, at) <= executable.length && executable[endOf(executable, at) - endSize] === 0
  );
}

function endOf(executable: Buffer, at: number): number {
  return at + headerSize + executable.readUInt32LE(at + payloadLengthAt) + endSize;
}
