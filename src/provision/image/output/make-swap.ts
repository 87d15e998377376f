import { inFileOfItsOwn } from './file-of-its-own.ts';
import type { FileSystemMaker } from './file-system-work.ts';

/** Swap space, which has a header and no content. */
export const makeSwap: FileSystemMaker = (work, system) =>
  inFileOfItsOwn(work, system, async (file) => {
    const { label, options } = work.fileSystem;
    await system.processes.run('mkswap', [...options, '-L', label, '-U', work.uuid, file]);
  });
