import { type Document, isScalar, LineCounter, parseDocument, visit } from 'yaml';

/** Where something is, counted from 1. */
export interface YamlPlace {
  readonly line: number;
  readonly column: number;
}

export interface YamlText {
  readonly document: Document.Parsed;
  /** The problem may quote the text. */
  readonly mistakes: readonly (YamlPlace & { readonly problem: string })[];
  /** @param offset in characters */
  readonly placeOf: (offset: number) => YamlPlace;
}

/**
 * Parses YAML 1.2 in time that grows as the text does. Two parts of the library do not (yaml 2.9): it compares each key with all before
 * it in its map, and it counts the lines up to each mistake for its message. A key that is given twice is a mistake.
 * @throws RangeError for a text that is nested too deep for the stack
 */
export function parseYaml(text: string): YamlText {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
  const placeOf = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  const mistakes = [
    ...document.errors.map(({ pos, message }) => ({ offset: pos[0], problem: message })),
    ...offsetsOfRepeatedKeys(document).map((offset) => ({ offset, problem: 'Map keys must be unique' })),
  ];
  return { document, mistakes: mistakes.map(({ offset, problem }) => ({ ...placeOf(offset), problem })), placeOf };
}

/** As the library compares keys: by the value of what is one; lists and maps are never the same. */
function offsetsOfRepeatedKeys(document: Document.Parsed): number[] {
  const offsets: number[] = [];
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) offsets.push(key.range?.[0] ?? 0);
        seen.add(key.value);
      }
    },
  });
  return offsets;
}
