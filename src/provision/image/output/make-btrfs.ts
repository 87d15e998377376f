import { inFileOfItsOwn } from './file-of-its-own.ts';
import type { FileSystemMaker } from './file-system-work.ts';

/** btrfs, which mkfs.btrfs fills from a folder. */
export const makeBtrfs: FileSystemMaker = (work, system) =>
  inFileOfItsOwn(work, system, async (file) => {
    const { label, options } = work.fileSystem;
    const source = work.source === null ? [] : ['--rootdir', work.source];
    const args = ['-q', '-f', ...options, '-L', label, '-U', work.uuid, ...source, file];
    await system.processes.run('mkfs.btrfs', args, { timeoutSeconds: null });
  });
