import { UnknownLayout } from './unknown-layout.ts';

const maxModules = 5000;
const maxName = 200;

/**
 * Empties the list of compiled code of Node's own modules, the last part of the snapshot inside a single executable application.
 * The list is then read as one of no entries, and the bytes after it, all zero now, are never looked at: they cost nothing at a
 * start, and nearly nothing in a package. Nothing is lost: of code that was compiled without `--lite-mode` Node with it says
 * "rejected" (`NODE_DEBUG_NATIVE=CODE_CACHE`) and compiles the module from its source.
 *
 * Layout: Node 26, SeaSerializer in src/node_sea.cc and SnapshotSerializer in src/node_snapshotable.cc. Numbers have 64 bits,
 * little-endian; strings and arrays of bytes are a length and the bytes.
 *
 * @param executable Its bytes, changed in place.
 * @param script The name of the script that the snapshot was made of, as Node was given it.
 * @returns How many bytes the list took.
 * @throws UnknownLayout if the executable does not hold exactly one such snapshot, or the snapshot not exactly one such list
 */
export function emptyCodeCache(executable: Buffer, script: string): number {
  const snapshot = findSnapshot(executable, script);
  const starts: number[] = [];
  for (let at = 0; at + 8 <= snapshot.length; at++) if (isListOfCode(snapshot, at)) starts.push(at);
  const [start] = starts;
  if (start === undefined || starts.length > 1) {
    throw new UnknownLayout(
      `the snapshot of ${script} has ${starts.length} lists of compiled code where Node 26 writes one`,
    );
  }
  snapshot.fill(0, start);
  return snapshot.length - start;
}

function findSnapshot(executable: Buffer, script: string): Buffer {
  const name = Buffer.from(script);
  const key = Buffer.concat([sizeOf(name), name]);
  const at = executable.indexOf(key);
  const start = at + key.length + 8;
  const size = at === -1 ? undefined : readSize(executable, at + key.length);
  if (size === undefined || start + size > executable.length || executable.indexOf(key, start + size) !== -1) {
    throw new UnknownLayout(`the executable does not hold one snapshot of ${script} as Node 26 writes it`);
  }
  return executable.subarray(start, start + size);
}

/** Whether a list of names with bytes begins here and ends where the snapshot does. */
function isListOfCode(snapshot: Buffer, at: number): boolean {
  const count = readSize(snapshot, at);
  if (count === undefined || count === 0 || count > maxModules) return false;
  let next = at + 8;
  for (let entry = 0; entry < count; entry++) {
    const name = readSize(snapshot, next);
    if (name === undefined || name === 0 || name > maxName) return false;
    next += 8 + name;
    const code = readSize(snapshot, next);
    if (code === undefined) return false;
    next += 8 + code;
  }
  return next === snapshot.length;
}

/** @returns Undefined where no number of a size that could be meant is. */
function readSize(bytes: Buffer, at: number): number | undefined {
  if (at + 8 > bytes.length || bytes.readUInt32LE(at + 4) !== 0) return undefined;
  return bytes.readUInt32LE(at);
}

function sizeOf(bytes: Buffer): Buffer {
  const size = Buffer.alloc(8);
  size.writeUInt32LE(bytes.length);
  return size;
}
