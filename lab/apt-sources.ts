import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The Debian mirror that this machine itself uses, so that a closed network needs no other setting.
 * @throws Error if its apt sources name none
 */
export async function debianMirror(folder = '/etc/apt'): Promise<string> {
  const parts = join(folder, 'sources.list.d');
  const names = await readdir(parts).catch(() => []);
  const files = [
    join(folder, 'sources.list'),
    ...names.filter((name) => /\.(list|sources)$/.test(name)).map((name) => join(parts, name)),
  ];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const mirror = mirrorIn(text);
    if (mirror !== undefined) return mirror;
  }
  throw new Error(`the apt sources in ${folder} name no mirror of Debian, which guests are built from: add one`);
}

/**
 * Finds a mirror of the main archive in one file of apt's sources, in either of the two formats of sources.list(5).
 * The suite tells Debian's archive from others; security and backports live elsewhere on some mirrors.
 */
export function mirrorIn(text: string): string | undefined {
  const isDebian = (suites: string) =>
    suites.split(/\s+/).some((suite) => /^(stable|testing|bookworm|trixie)$/.test(suite));
  for (const line of text.split('\n')) {
    const oneLine = /^deb\s+(?:\[[^\]]*\]\s+)?(https?:\S+)\s+(\S+)\s/.exec(line);
    if (oneLine?.[1] !== undefined && isDebian(oneLine[2] ?? '')) return oneLine[1];
  }
  for (const stanza of text.split(/\n\s*\n/)) {
    const uri = /^URIs:\s*(https?:\S+)/im.exec(stanza)?.[1];
    if (uri !== undefined && isDebian(/^Suites:\s*(.*)$/im.exec(stanza)?.[1] ?? '')) return uri;
  }
  return undefined;
}
