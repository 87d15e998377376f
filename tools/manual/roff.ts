/** First line of a page, man(7). */
export function titleLine(name: string, section: number): string {
  const manual = section === 1 ? 'User commands' : 'System administration';
  return `.TH ${name} ${section} "" "gandi-vm-agent" "${manual}"`;
}

/** Text as it is: man(7) takes backslashes, hyphens, and a dot or quote at the start of a line for its own. */
export function escapeRoff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/gm, '\\&');
}

export function bold(text: string, where: 'line' | 'inline' = 'line'): string {
  return where === 'line' ? `.B ${escapeRoff(text)}` : `\\fB${escapeRoff(text)}\\fR`;
}

export function paragraphs(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

/** A list of terms, each with what it means: entries of `.TP`. */
export function termLines(entries: readonly (readonly [term: string, text: string])[]): string[] {
  return entries.flatMap(([term, text]) => ['.TP', bold(term), escapeRoff(text)]);
}

/** Pages that are named at the end of another, `gandi(5)`. */
export function seeAlsoLines(pages: readonly string[]): string[] {
  const shown = pages.map((page) =>
    page.replace(/^(.*)(\(\d\))$/, (_, name, number) => `${bold(name, 'inline')}${number}`),
  );
  return ['.SH SEE ALSO', shown.join(',\n')];
}

/** Lines as they are typed or written in a file. */
export function literalLines(lines: readonly string[]): string[] {
  return ['.PP', '.nf', '.RS 4', ...lines.map(escapeRoff), '.RE', '.fi'];
}
