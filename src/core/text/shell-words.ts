/**
 * Splits a text into words as a shell would (POSIX.1-2024, XCU 2.2 Quoting), and does nothing else that a shell does:
 * `$HOME`, backquotes, `*`, `#` and `;` are characters like others. A carriage return separates words too.
 * @returns undefined where a quote is never closed
 */
export function shellWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (const [piece] of text.matchAll(pieces)) {
    if (isQuote(piece)) return undefined;
    if (isBlank(piece)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + unquoted(piece);
  }
  return word === undefined ? words : [...words, word];
}

/**
 * The word that a shell takes for the value, given all that follows the `=` of an assignment: it ends at white space and
 * at the end of a command, and a comment in its place is not a value.
 * @returns undefined where a quote is never closed
 */
export function assignedWord(text: string): string | undefined {
  if (text.startsWith('#')) return '';
  let word = '';
  for (const [piece] of text.matchAll(pieces)) {
    if (isQuote(piece)) return undefined;
    const isPlain = !/^['"\\]/.test(piece);
    const end = isPlain ? piece.search(/[ \t\r\n;&|]/) : -1;
    if (end >= 0) return word + piece.slice(0, end);
    word += unquoted(piece);
  }
  return word;
}

/** White space, a quoted part, an escaped character, a run of plain ones; a quote that is never closed comes alone. */
const pieces = /[ \t\r\n]+|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\\[\s\S]?|[^ \t\r\n'"\\]+|['"]/g;

function isQuote(piece: string): boolean {
  return piece === "'" || piece === '"';
}

function isBlank(piece: string): boolean {
  return /^[ \t\r\n]/.test(piece);
}

function unquoted(piece: string): string {
  if (piece.startsWith("'")) return piece.slice(1, -1);
  // Inside double quotes a backslash means something only before these, and is itself otherwise.
  if (piece.startsWith('"'))
    return piece.slice(1, -1).replace(/\\([$`"\\\n])/g, (_, next) => (next === '\n' ? '' : next));
  if (piece === '\\\n') return '';
  // A backslash at the end of the text is itself.
  return piece.length > 1 && piece.startsWith('\\') ? piece.slice(1) : piece;
}
