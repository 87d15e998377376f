import { basename, dirname, join } from 'node:path';
import type { Files } from '../../core/system/files.ts';
import { digestOf } from './fetch.ts';
import { layouts, loaderFile } from './layout.ts';
import { loaderRecord } from './import-loader.ts';
import { type FileRecord, parseRecord, type VersionRecord } from './record.ts';
import { versionOf, versionsFolder } from './store.ts';

/** A version of a release, or a loader, as it lies in the store. */
export interface StoredVersion {
  /** Of the link or the loader, below the TFTP root. */
  readonly place: string;
  readonly id: string;
  /** Whether the place leads to it. */
  readonly isCurrent: boolean;
  /** On this machine. */
  readonly folder: string;
  /** undefined for what another program put there. */
  readonly record: VersionRecord | undefined;
}

/** What is wrong with a file of the store. */
export type Damage = 'missing' | 'changed';

/** Every version in any layout, by place, the current one first. */
export async function listVersions(files: Files, tftpRoot: string): Promise<StoredVersion[]> {
  const found: StoredVersion[] = [];
  for (const base of await baseFolders(files, tftpRoot)) {
    found.push(...(await loaderIn(files, tftpRoot, base)));
    for (const release of await files.list(join(tftpRoot, base)))
      found.push(...(await versionsOf(files, tftpRoot, join(base, release, 'install'))));
  }
  return found;
}

/** Reads a version from end to end. @returns undefined for one that is as it was imported, or has no record */
export async function damageOf(files: Files, { folder, record }: StoredVersion): Promise<[FileRecord, Damage][]> {
  const damages: [FileRecord, Damage][] = [];
  for (const file of record?.files ?? []) {
    const sha256 = await digestOf(files, join(folder, file.name));
    if (sha256 !== file.sha256) damages.push([file, sha256 === undefined ? 'missing' : 'changed']);
  }
  return damages;
}

/** `maas/amd64/base` and its like, of every layout. */
async function baseFolders(files: Files, tftpRoot: string): Promise<string[]> {
  const found: string[] = [];
  for (const folderOf of Object.values(layouts)) {
    const above = dirname(dirname(folderOf('ARCH')));
    for (const arch of await files.list(join(tftpRoot, above)).catch(() => [])) {
      const folder = folderOf(arch);
      if (!arch.startsWith('.') && (await isFolder(files, join(tftpRoot, folder)))) found.push(folder);
    }
  }
  return found.sort();
}

async function loaderIn(files: Files, tftpRoot: string, base: string): Promise<StoredVersion[]> {
  const place = join(base, loaderFile);
  const path = join(tftpRoot, place);
  if ((await files.status(path))?.type !== 'file') return [];
  const record = parseRecord(await files.read(`${loaderRecord(path)}.json`));
  const id = record?.files[0]?.sha256.slice(0, 16) ?? 'before';
  return [{ place, id, isCurrent: true, folder: dirname(path), record }];
}

async function versionsOf(files: Files, tftpRoot: string, place: string): Promise<StoredVersion[]> {
  const path = join(tftpRoot, place);
  const status = await files.status(path).catch(() => undefined);
  const current = status?.type === 'symlink' ? versionOf(await files.linkTarget(path)) : undefined;
  const versions = join(dirname(path), versionsFolder);
  const names = (await files.list(versions).catch(() => [])).filter((name) => !/\.json$|^\./.test(name));
  const known = await Promise.all(
    names.map(async (id) => {
      const folder = join(versions, id);
      const record = parseRecord(await files.read(`${folder}.json`));
      return { place, id, isCurrent: id === current, folder, record };
    }),
  );
  const theirs = { place, id: basename(path), isCurrent: true, folder: path, record: undefined };
  const all = status?.type === 'directory' ? [theirs, ...known] : known;
  return all.sort((one, other) => Number(other.isCurrent) - Number(one.isCurrent) || newestFirst(one, other));
}

export function newestFirst(one: StoredVersion, other: StoredVersion): number {
  return (other.record?.imported ?? '').localeCompare(one.record?.imported ?? '');
}

async function isFolder(files: Files, path: string): Promise<boolean> {
  return (await files.status(join(path, '.')).catch(() => undefined))?.type === 'directory';
}
