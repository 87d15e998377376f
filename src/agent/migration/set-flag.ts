/**
 * Sets a flag in the text of a flags file: on its own line where it has one, at the end where it has none.
 * @param value as it stands behind the `=`, with its quotes
 */
export function setFlag(text: string, flag: string, value: string): string {
  const line = new RegExp(`^([ \\t]*(?:export[ \\t]+)?${flag}[ \\t]*=).*$`, 'gm');
  if (line.test(text)) return text.replace(line, (_, start: string) => `${start}${value}`);
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${flag}=${value}\n`;
}
