/** How a word stands out on a terminal with colours; elsewhere it is plain. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/** A piece of a line. */
export type Span = string | { readonly text: string; readonly style: Style };

/** A line for people: a text, or pieces of one. */
export type Line = string | readonly Span[];

export function styled(style: Style, text: string): Span {
  return { text, style };
}

/** The pieces of a line. */
export function spansOf(line: Line): readonly Span[] {
  return typeof line === 'string' ? [line] : line;
}

/** Without any style. */
export function plainText(line: Line): string {
  return spansOf(line)
    .map((span) => (typeof span === 'string' ? span : span.text))
    .join('');
}
