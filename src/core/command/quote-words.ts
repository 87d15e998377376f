/** Words as a shell reads them, to be copied by a person. */
export function quoteWords(words: readonly string[]): string {
  return words.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : quoteWord(word))).join(' ');
}

/** One word of sh(1) that stays a word whatever is in it: also a keyword, an assignment or nothing. */
export function quoteWord(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
