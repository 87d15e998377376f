/** A JSON value, and the keys that were taken out of it as they could change how objects behave. */
export interface JsonValue {
  readonly value: unknown;
  readonly removedKeys: readonly PropertyKey[][];
}

/** One mistake of a configuration and where it is, as `vif[0].pna[1].pna_address`. */
export interface Mistake {
  readonly path: string;
  /** The outermost key of that path; null for the text as a whole. */
  readonly part: PropertyKey | null;
  readonly problem: string;
}

const maximalLength = 1024 * 1024;
const maximalDepth = 32;

/**
 * Parses JSON that comes from outside: bounded in size and nesting, `__proto__` inert. The problem never quotes the
 * text, as V8's own messages do: there may be a password in it.
 */
export function parseJson(text: string): JsonValue | { readonly mistake: Mistake } {
  if (text.length > maximalLength) return wrong(`is longer than ${maximalLength} characters`);
  if (nesting(text) > maximalDepth) return wrong(`is nested deeper than ${maximalDepth} levels`);
  try {
    const removedKeys: PropertyKey[][] = [];
    return { value: withoutPrototypeKeys(JSON.parse(text), [], removedKeys), removedKeys };
  } catch (error) {
    return wrong(`is not valid JSON${whereJsonBreaks(error)}`);
  }
}

/** `vif[0].pna[1].pna_address`; the whole text is `configuration`. */
export function formatPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'configuration';
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

function wrong(problem: string): { readonly mistake: Mistake } {
  return { mistake: { path: formatPath([]), part: null, problem } };
}

/**
 * Deepest nesting of brackets outside strings; a text that is not JSON gets some number, and then a parse error. One
 * pass over the characters: a pattern for strings would search to the end of the text from each quote of one that is
 * never closed.
 */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') isInString = !isInString;
    else if (isInString) index += character === '\\' ? 1 : 0;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth -= 1;
  }
  return deepest;
}

function withoutPrototypeKeys(value: unknown, path: readonly PropertyKey[], removed: PropertyKey[][]): unknown {
  if (Array.isArray(value)) return value.map((item, index) => withoutPrototypeKeys(item, [...path, index], removed));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => {
    if (key === '__proto__') removed.push([...path, key]);
    return key !== '__proto__';
  });
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutPrototypeKeys(item, [...path, key], removed)]));
}

function whereJsonBreaks(error: unknown): string {
  const [, line, column] = /\(line (\d+) column (\d+)\)$/.exec(error instanceof Error ? error.message : '') ?? [];
  return line === undefined ? '' : `: line ${line}, column ${column}`;
}
