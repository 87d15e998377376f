import { UnknownLayout } from './unknown-layout.ts';

/** The first bytes of every item of ICU, after the length of its header (`struct MappedData` of ICU's udatamem.h). */
const magic = 0x27da;
/** How much of an item's header must be there: lengths, magic, and what the item is (`struct UDataInfo` of unicode/udata.h). */
const headerSize = 24;
const formatAt = 12;
/** The format of a package of items. */
const packageFormat = 'CmnD';
const maxItems = 100_000;

interface Item {
  /** `de.res`, `coll/root.res`. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Empties items of ICU, whose data are a third of Node. ICU looks for the magic at the start of an item, and takes one without it for an item that is not there.
 *
 * Layout: a package is a header, then a table of contents: a number of items, and for each the places of its name and its data,
 * counted from the table, in the order of the names (`struct UDataOffsetTOC` of ICU's ucmndata.h).
 *
 * @param executable its bytes, changed in place
 * @param isUnused is given names such as `de.res` and `coll/root.res`
 * @returns how many bytes were emptied
 * @throws UnknownLayout if the executable does not hold exactly one such package
 */
export function emptyIcuData(executable: Buffer, isUnused: (name: string) => boolean): number {
  const unused = itemsOf(executable, findPackage(executable)).filter(({ name }) => isUnused(name));
  for (const { start, end } of unused) executable.fill(0, start, end);
  return unused.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** @returns the place of the table of contents */
function findPackage(executable: Buffer): number {
  const found: number[] = [];
  for (let at = executable.indexOf(packageFormat); at !== -1; at = executable.indexOf(packageFormat, at + 1)) {
    const start = at - formatAt;
    if (start >= 0 && isItem(executable, start)) found.push(start + executable.readUInt16LE(start));
  }
  const [table] = found;
  if (table === undefined || found.length > 1) throw new UnknownLayout(`it holds ${found.length} packages of ICU`);
  return table;
}

function itemsOf(executable: Buffer, table: number): Item[] {
  const count = readNumber(executable, table);
  if (count === 0 || count > maxItems) throw new UnknownLayout(`a package of ICU says that it has ${count} items`);
  const entries = Array.from({ length: count }, (_, index) => {
    const entry = table + 4 + index * 8;
    return {
      name: readName(executable, table + readNumber(executable, entry)),
      start: table + readNumber(executable, entry + 4),
    };
  });
  const wrong = entries.find(
    ({ start }, index) => !isItem(executable, start) || start <= (entries[index - 1]?.start ?? 0),
  );
  if (wrong !== undefined) throw new UnknownLayout(`ICU's item ${wrong.name} does not begin as one`);
  // Where the last one ends is written nowhere: it stays.
  return entries.slice(0, -1).map((entry, index) => ({ ...entry, end: entries[index + 1]?.start ?? entry.start }));
}

function isItem(executable: Buffer, start: number): boolean {
  return start + headerSize <= executable.length && executable.readUInt16LE(start + 2) === magic;
}

/** Without the version of ICU that every name begins with: `icudt78l/`. */
function readName(executable: Buffer, at: number): string {
  const end = executable.indexOf(0, at);
  const name = end === -1 ? '' : executable.toString('latin1', at, end);
  const inside = /^icudt\d+l\/(.+)$/.exec(name)?.[1];
  if (inside === undefined) throw new UnknownLayout('an item of ICU has no name as ICU gives them');
  return inside;
}

function readNumber(executable: Buffer, at: number): number {
  if (at + 4 > executable.length) throw new UnknownLayout('a package of ICU was cut off');
  return executable.readUInt32LE(at);
}
