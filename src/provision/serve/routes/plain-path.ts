import { versionsFolder } from '../../netboot/store.ts';

/**
 * The path below a prefix that a URL means, or undefined for one that could mean a file outside: with `..`, a backslash, a
 * NUL or an empty part in any spelling, or with a name that starts with a dot: what is hidden is served to nobody, but for
 * the versions of an import.
 * @param url as the client sent it
 */
export function plainPath(url: string, prefix: string): string | undefined {
  const [path = ''] = url.split(/[?#]/, 1);
  if (!path.startsWith(prefix)) return undefined;
  const decoded = decode(path.slice(prefix.length));
  if (decoded === undefined || /[\\\0]/.test(decoded)) return undefined;
  return decoded.split('/').some(isHidden) ? undefined : decoded;
}

function isHidden(name: string): boolean {
  return name === '' || (name.startsWith('.') && name !== versionsFolder);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
