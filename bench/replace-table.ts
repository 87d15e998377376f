/**
 * Puts a table where the page has one of this name: between `<!-- NAME -->` and `<!-- end -->`.
 * @throws Error where the page has no such place
 */
export function replaceTable(page: string, name: string, lines: readonly string[]): string {
  const start = `<!-- ${name} -->\n`;
  const from = page.indexOf(start);
  const to = page.indexOf('<!-- end -->', from);
  if (from < 0 || to < 0) throw new Error(`the page has no place for the table ${name}`);
  return `${page.slice(0, from)}${start}\n${lines.join('\n')}\n\n${page.slice(to)}`;
}
