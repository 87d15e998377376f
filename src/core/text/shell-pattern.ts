/**
 * Whether a name is meant by a pattern, as fnmatch(3) has it with FNM_PERIOD: `*`, `?`, `[abc]`, `[a-c]`, `[!abc]`, and a backslash before
 * what means itself. Only a period means one that a name begins with. Takes time in proportion to each length.
 *
 * Not by `matchesGlob` of node:path: braces and `+(…)` mean something to it and nothing to udev, sshd and the tools of networks, and what it
 * loads at its first use took 9 % of the time of `disk list`.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  const lastBracket = pattern.lastIndexOf(']');
  let at = 0;
  let word = 0;
  // What follows the last star, and where the name goes on behind what the star has taken: it takes one more where the rest does not fit.
  let rest = -1;
  let taken = 0;
  while (at < name.length) {
    const character = characterAt(name, at);
    const end = endOfWord(pattern, word, lastBracket);
    if (pattern[word] === '*') {
      rest = word = end;
      taken = at;
    } else if (word < pattern.length && isMeant(character, pattern.slice(word, end))) {
      at += character.length;
      word = end;
    } else if (rest >= 0) {
      word = rest;
      at = taken += characterAt(name, taken).length;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(word));
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

/**
 * Where a character ends, or what means one.
 * @param lastBracket behind it no set ends; to look for the end from each `[` would take time in proportion to the square
 */
function endOfWord(pattern: string, at: number, lastBracket: number): number {
  if (pattern[at] === '[') {
    // A bracket that stands first is one of the characters.
    const first = at + ('!^'.includes(pattern[at + 1] ?? ' ') ? 2 : 1);
    if (first < lastBracket) return pattern.indexOf(']', first + 1) + 1;
  }
  const start = pattern[at] === '\\' && at + 1 < pattern.length ? at + 1 : at;
  return start + characterAt(pattern, start).length;
}

function isMeant(character: string, word: string): boolean {
  if (word === '?') return true;
  if (word.startsWith('[') && word.length > 1) return isInSet(character, word.slice(1, -1));
  return character === (word.length > 1 && word.startsWith('\\') ? word.slice(1) : word);
}

/** @param text what stands between the brackets */
function isInSet(character: string, text: string): boolean {
  const isOthers = text.startsWith('!') || text.startsWith('^');
  for (let at = isOthers ? 1 : 0; at < text.length; ) {
    const first = characterAt(text, at);
    at += first.length;
    const isRange = text[at] === '-' && at + 1 < text.length;
    const last = isRange ? characterAt(text, at + 1) : first;
    if (isRange) at += 1 + last.length;
    if (first <= character && character <= last) return !isOthers;
  }
  return isOthers;
}
