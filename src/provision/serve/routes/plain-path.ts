/**
 * The path below a prefix that a URL means, or undefined for one that could mean a file outside: with `..`, a backslash, a
 * NUL or an empty part in any spelling, or with a name that starts with a dot, which no file of a store has.
 * @param url as the client sent it
 */
export function plainPath(url: string, prefix: string): string | undefined {
  const [path = ''] = url.split(/[?#]/, 1);
  if (!path.startsWith(prefix)) return undefined;
  const decoded = decode(path.slice(prefix.length));
  if (decoded === undefined || /[\\\0]/.test(decoded)) return undefined;
  return decoded.split('/').some((name) => name === '' || name.startsWith('.')) ? undefined : decoded;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
