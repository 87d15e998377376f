/** A text in lines of at most `width` characters; what has no blank is not broken. */
export function wrapWords(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** The same as a paragraph behind an indentation, with the width of the screen. */
export function indented(text: string, indent: string, width: number): string[] {
  return wrapWords(text.split(' '), Math.max(20, width - indent.length)).map((line) => `${indent}${line}`);
}
