import type { System } from '../../../core/system/system.ts';
import { inFileOfItsOwn } from './file-of-its-own.ts';
import type { FileSystemWork } from './file-system-work.ts';

/**
 * FAT: mkfs.fat makes it, with the kind of FAT that fits the size, and mtools fill it. Owners, modes and links are not for
 * FAT; a link is an error.
 */
export async function makeFat(work: FileSystemWork, system: System): Promise<void> {
  const { fileSystem, source, uuid, sourceDateEpoch } = work;
  const environment = sourceDateEpoch === undefined ? {} : { SOURCE_DATE_EPOCH: String(sourceDateEpoch) };
  const run = (tool: string, args: readonly string[]) =>
    system.processes.run(tool, args, { timeoutSeconds: null, environment });
  const id = uuid.replaceAll('-', '').slice(0, 8);
  await inFileOfItsOwn(work, system, async (file) => {
    // mkfs.fat gives the label the time of now, and knows no other way to have a constant there.
    const constant = sourceDateEpoch === undefined ? [] : ['--invariant'];
    await run('mkfs.fat', [...fileSystem.options, ...constant, '-n', fileSystem.label, '-i', id, file]);
    if (source === null) return;
    const { folders, files } = await contentOf(source, system);
    const image = ['-i', file];
    if (folders.length > 0) await run('mmd', [...image, ...folders.map((folder) => `::${folder}`)]);
    for (const [folder, names] of files) {
      const paths = names.map((name) => `${source}${folder}/${name}`);
      await run('mcopy', [...image, '-o', '-m', ...paths, `::${folder}/`]);
    }
  });
}

interface Content {
  /** Paths below the top, parents before children. */
  readonly folders: readonly string[];
  /** Names by folder; the top is ''. */
  readonly files: ReadonlyMap<string, readonly string[]>;
}

/** Sorted, so that the same content is the same bytes. */
async function contentOf(source: string, { processes }: System): Promise<Content> {
  const args = [source, '-mindepth', '1', '-printf', '%y/%P\\0'];
  const { stdout } = await processes.run('find', args, { timeoutSeconds: null });
  const entries = stdout
    .split('\0')
    .filter((entry) => entry !== '')
    .sort();
  const files = new Map<string, string[]>();
  for (const entry of entries.filter((each) => !each.startsWith('d'))) {
    const path = entry.slice(1);
    const folder = path.slice(0, path.lastIndexOf('/'));
    files.set(folder, [...(files.get(folder) ?? []), path.slice(folder.length + 1)]);
  }
  return { folders: entries.filter((each) => each.startsWith('d')).map((each) => each.slice(1)), files };
}
