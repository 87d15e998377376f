/** authorized_keys with the keys added that are not in it yet; every other line is kept as it is. */
export function withKeys(text: string | undefined, keys: readonly string[]): string {
  const present = new Set((text ?? '').split('\n').map(keyMaterial));
  const missing = keys.filter((key) => !present.has(keyMaterial(key)));
  if (missing.length === 0) return text ?? '';
  const start = text === undefined || text === '' || text.endsWith('\n') ? (text ?? '') : `${text}\n`;
  return `${start}${missing.map((key) => `${key}\n`).join('')}`;
}

/** Type and base64 body: the same key with another comment, or with options that the admin added, is the same key. */
export function keyMaterial(line: string): string {
  if (line.trimStart().startsWith('#')) return line;
  return /(?:^|\s)((?:ssh|ecdsa|sk)-\S+\s+AAAA\S+)/.exec(line)?.[1]?.replace(/\s+/, ' ') ?? line.trim();
}
