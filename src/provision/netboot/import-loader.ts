import { basename, dirname, join } from 'node:path';
import { type FetchDoors, digestOf, fetchFiles, type Known } from './fetch.ts';
import type { LoaderImport } from './plan-import.ts';
import { parseRecord, type VersionRecord } from './record.ts';
import { isUntouched, type StoreDoors, taken, writeRecord } from './store.ts';

/** The record of a loader lies beside it: `.pxelinux.0.json`. */
export function loaderRecord(place: string): string {
  return join(dirname(place), `.${basename(place)}`);
}

/**
 * Fetches a loader.
 * @returns what puts it in place
 */
export async function importLoader(
  doors: StoreDoors,
  fetchDoors: FetchDoors,
  { file, sums }: LoaderImport,
  place: string,
  stage: string,
): Promise<() => Promise<'updated' | 'unchanged'>> {
  const status = await doors.files.status(place);
  if (status !== undefined && status.type !== 'file' && status.type !== 'symlink') throw taken(place, status.type);
  const known = await knownLoader(doors, place);
  const fetched = await fetchFiles(fetchDoors, [file], sums, known, stage);
  const [{ path, record } = { path: '', record: undefined }] = fetched.files;
  return async () => {
    if (record === undefined) return 'unchanged';
    const isThere = fetched.isSame || (await digestOf(doors.files, place)) === record.sha256;
    if (!isThere) {
      await doors.trees.makeFolder(dirname(place));
      await doors.trees.move(path, place);
    }
    const written = (await doors.files.status(place))?.modified.getTime() ?? 0;
    const imported = isThere && known !== undefined ? known.imported : new Date().toISOString();
    await writeRecord(doors, loaderRecord(place), {
      imported,
      checked: fetched.checked,
      files: [{ ...record, written }],
    });
    return isThere ? 'unchanged' : 'updated';
  };
}

async function knownLoader(
  { files }: StoreDoors,
  place: string,
): Promise<(Known & Pick<VersionRecord, 'imported'>) | undefined> {
  const record = parseRecord(await files.read(`${loaderRecord(place)}.json`));
  const [file] = record?.files ?? [];
  if (record === undefined || file === undefined || !(await isUntouched(files, place, file))) return undefined;
  return { folder: dirname(place), checked: record.checked, files: [file], imported: record.imported };
}
