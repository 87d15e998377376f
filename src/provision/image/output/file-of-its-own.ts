import { join } from 'node:path';
import { makeSparseFile } from './make-sparse-file.ts';
import type { System } from '../../../core/system/system.ts';
import type { FileSystemWork } from './file-system-work.ts';

/**
 * For tools that know no place within a file: makes the file system in a file of its own and copies that into its place,
 * holes left out.
 */
export async function inFileOfItsOwn(
  { fileSystem, place, workFolder }: FileSystemWork,
  system: System,
  make: (file: string) => Promise<void>,
): Promise<void> {
  if (place.isWholeDisk) return make(place.file);
  const file = join(workFolder, `${fileSystem.name.replaceAll('/', '_')}.file-system`);
  await makeSparseFile(system.files, file, place.bytes);
  try {
    await make(file);
    const copy = ['bs=1M', 'conv=sparse,notrunc', 'oflag=seek_bytes', `seek=${place.offset}`, 'status=none'];
    await system.processes.run('dd', [`if=${file}`, `of=${place.file}`, ...copy], { timeoutSeconds: null });
  } finally {
    await system.files.remove(file);
  }
}
