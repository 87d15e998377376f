/** Sets a flag to 0 in the text of a flags file: on its own line where it has one, at the end where it has none. */
export function setFlagOff(text: string, flag: string): string {
  const line = new RegExp(`^([ \\t]*(?:export[ \\t]+)?${flag}[ \\t]*=).*$`, 'gm');
  if (line.test(text)) return text.replace(line, '$10');
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${flag}=0\n`;
}
