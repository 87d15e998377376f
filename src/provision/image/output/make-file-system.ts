import type { System } from '../../../core/system/system.ts';
import { makers } from './file-system-makers.ts';
import type { FileSystemWork } from './file-system-work.ts';
import { uuidOf } from './identifiers.ts';
import type { OutputRequest } from './output-request.ts';

/** Makes one file system in its place of a disk's file, with its part of the tree in it. */
export async function makeFileSystem(
  work: Omit<FileSystemWork, 'uuid' | 'workFolder' | 'sourceDateEpoch'>,
  { seed, workFolder, sourceDateEpoch }: OutputRequest,
  system: System,
): Promise<void> {
  const { fileSystem } = work;
  const uuid = fileSystem.uuid ?? uuidOf(seed, `file system ${fileSystem.name}`);
  await makers[fileSystem.type]?.({ ...work, uuid, workFolder, sourceDateEpoch }, system);
}
