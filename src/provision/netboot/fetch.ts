import { join } from 'node:path';
import type { Files } from '../../core/system/files.ts';
import { readPieces } from '../../core/system/read-pieces.ts';
import { checkSums, type Sums, type Summed } from './check-sums.ts';
import { digested } from './content.ts';
import type { Download } from './download.ts';
import type { ArchiveFile, SumsSource } from './plan-import.ts';
import type { Check, FileRecord } from './record.ts';
import type { NewFile } from './store.ts';

/** What the store has of these files. */
export interface Known {
  readonly folder: string;
  readonly checked: Check;
  readonly files: readonly FileRecord[];
}

/** All files of a release, or the loader: checked, and to be found on this machine. */
export interface Fetched {
  readonly files: readonly NewFile[];
  readonly checked: Check;
  /** Whether each of them is what the store has. */
  readonly isSame: boolean;
}

export interface FetchDoors {
  readonly files: Files;
  readonly download: Download;
  /** Of a release, fetched once. */
  readonly sums: (source: SumsSource) => Promise<Sums>;
  readonly isKeyringGiven: boolean;
}

/**
 * Fetches what is not here yet, and checks all of it by the archive's sums. Where nothing changed nothing is checked again,
 * unless it has never been checked by a signature and now is to be.
 * @param stage a folder of its own, not there yet
 * @throws AgentError what a download or a check throws
 */
export async function fetchFiles(
  doors: FetchDoors,
  wanted: readonly ArchiveFile[],
  source: SumsSource,
  known: Known | undefined,
  stage: string,
): Promise<Fetched> {
  const files: (NewFile & { readonly isSame: boolean })[] = [];
  for (const file of wanted) files.push(await fetchFile(doors, file, known, join(stage, file.name)));
  const isSame = files.every((file) => file.isSame);
  const mustSign = doors.isKeyringGiven && known?.checked !== 'signature';
  if (isSame && known !== undefined && !mustSign) return { files, checked: known.checked, isSame };
  const checked = checkSums(await doors.sums(source), files.map(summed(wanted)));
  return { files, checked, isSame };
}

async function fetchFile(
  { download }: FetchDoors,
  { name, url }: ArchiveFile,
  known: Known | undefined,
  folder: string,
): Promise<NewFile & { readonly isSame: boolean }> {
  const old = known?.files.find((file) => file.name === name);
  const isFromThere = old !== undefined && old.url === url;
  const downloaded = await download(url, isFromThere ? old : {}, folder);
  if (downloaded === 'unchanged' && known !== undefined && old !== undefined)
    return { path: join(known.folder, name), record: withoutTime(old), isSame: true };
  if (downloaded === 'unchanged') throw new Error(`${url}: unchanged since never`);
  const { path, size, sha256, validators } = downloaded;
  const isSame = old?.sha256 === sha256;
  const record = { name, url, size, sha256, ...validators };
  return { path: isSame && known !== undefined ? join(known.folder, name) : path, record, isSame };
}

function withoutTime({ written: _, ...record }: FileRecord): Omit<FileRecord, 'written'> {
  return record;
}

function summed(wanted: readonly ArchiveFile[]): (file: NewFile) => Summed {
  return ({ record }) => ({
    path: wanted.find(({ name }) => name === record.name)?.path ?? '',
    url: record.url,
    sha256: record.sha256,
  });
}

/** The lower-case digest of a file of this machine, a link followed; undefined where no file is there. */
export async function digestOf(files: Files, path: string): Promise<string | undefined> {
  if ((await files.status(path))?.type !== 'file') return undefined;
  const { pieces, digest } = digested(readPieces(files, path));
  for await (const _ of pieces);
  return digest().sha256;
}
