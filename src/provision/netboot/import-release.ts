import { join } from 'node:path';
import { digestOf, type FetchDoors, fetchFiles, type Known } from './fetch.ts';
import type { ReleaseImport } from './plan-import.ts';
import { clearExchanged, lookAt, type NewFile, type Present, publish, type StoreDoors, writeRecord } from './store.ts';

/**
 * Fetches kernel and initrd of a release.
 * @returns what puts them in place
 */
export async function importRelease(
  doors: StoreDoors,
  fetchDoors: FetchDoors,
  { files, sums }: ReleaseImport,
  place: string,
  stage: string,
): Promise<() => Promise<'updated' | 'unchanged'>> {
  const present = await lookAt(doors, place);
  const fetched = await fetchFiles(fetchDoors, files, sums, knownOf(present), stage);
  return async () => {
    await clearExchanged(doors, place);
    const { checked } = fetched;
    if (fetched.isSame && present.kind === 'version') {
      const records = fetched.files.map(({ record }) => ({
        ...record,
        written: present.record.files.find(({ name }) => name === record.name)?.written ?? 0,
      }));
      const { imported } = present.record;
      await writeRecord(doors, present.folder, { imported, checked, files: records });
      return 'unchanged';
    }
    const kept = present.kind === 'folder' ? await withTheirs(doors, place, fetched.files) : fetched.files;
    const about = { imported: new Date().toISOString(), checked };
    await publish(doors, place, present, kept, about, join(stage, 'version'));
    return 'updated';
  };
}

function knownOf(present: Present): Known | undefined {
  if (present.kind !== 'version') return undefined;
  const { folder, record } = present;
  return { folder, checked: record.checked, files: record.files };
}

/** A file of another program's folder that is the same keeps its inode and time. */
async function withTheirs({ files }: StoreDoors, place: string, newFiles: readonly NewFile[]): Promise<NewFile[]> {
  return Promise.all(
    newFiles.map(async (file) => {
      const theirs = join(place, file.record.name);
      return (await digestOf(files, theirs)) === file.record.sha256 ? { ...file, path: theirs } : file;
    }),
  );
}
