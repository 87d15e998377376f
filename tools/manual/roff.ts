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
