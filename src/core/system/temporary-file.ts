import { randomBytes } from 'node:crypto';
import { lstat, readdir, unlink } from 'node:fs/promises';
import { ownProcessName, processStart } from './process-start.ts';

/** Names in a folder that is told by its path on this host, or by a way that leads to the one that is open. */
export interface Place {
  readonly folder: string;
  readonly name: string;
}

/**
 * A name beside a file for its new content. No two writers have the same: it holds the process that writes, when that
 * process began, and a random part.
 */
export function temporaryName(name: string): string {
  return `${prefixOf(name)}${ownProcessName()}-${randomBytes(6).toString('hex')}`;
}

/**
 * Removes what writers of this file left that are gone: power failed, or they were killed. Only files with a name of
 * ours that were there before `before`, whose process is no longer there, and that belong to us or to the file's owner.
 * A writer in another container may pass for gone; then it fails, and the file stays whole.
 * @param owner of the file, who gets the new one before it is moved
 */
export async function clearLeftovers({ folder, name }: Place, before: Date, owner?: number): Promise<void> {
  const prefix = prefixOf(name);
  const names = await readdir(folder).catch(() => []);
  for (const each of names.filter((other) => other.startsWith(prefix))) {
    const [, pid, start] = writerPattern.exec(each.slice(prefix.length)) ?? [];
    if (pid === undefined || processStart(pid) === start) continue;
    const path = `${folder}/${each}`;
    const status = await lstat(path).catch(() => undefined);
    if (status === undefined || status.isDirectory() || status.mtime > before) continue;
    if (status.uid === process.geteuid?.() || status.uid === owner) await unlink(path).catch(() => undefined);
  }
}

const writerPattern = /^(\d+)-(\d+)-[0-9a-f]{12}$/;

function prefixOf(name: string): string {
  return `.${name}.gandi-new-`;
}
