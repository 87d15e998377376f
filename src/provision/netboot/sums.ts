/**
 * The digest that a text of sha256sum(1) gives for a file, `HASH  ./path` or `HASH *path`.
 * @returns lower-case hex; undefined where the file is not listed
 */
export function sumOf(text: string, path: string): string | undefined {
  for (const line of text.split('\n')) {
    const [, sum, name] = /^([0-9a-fA-F]{64}) [ *](.+?)\r?$/.exec(line) ?? [];
    if (sum !== undefined && name?.replace(/^\.\//, '') === path) return sum.toLowerCase();
  }
  return undefined;
}

/**
 * The digest that a Release file of an archive gives for a file: in its field SHA256, ` HASH SIZE path`.
 * Debian's repository format, https://wiki.debian.org/DebianRepository/Format#A.22Release.22_files
 */
export function releaseSumOf(text: string, path: string): string | undefined {
  let isInField = false;
  for (const line of text.split(/\r?\n/)) {
    if (/^\S/.test(line)) isInField = /^SHA256:/i.test(line);
    const [, sum, name] = /^\s+([0-9a-fA-F]{64})\s+\d+\s+(\S+)$/.exec(line) ?? [];
    if (isInField && sum !== undefined && name === path) return sum.toLowerCase();
  }
  return undefined;
}
