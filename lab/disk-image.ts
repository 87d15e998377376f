import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runOnHost } from './host-command.ts';

export interface DiskContent {
  /** File system, or undefined for a disk of zeros. */
  readonly fileSystem?: 'ext4';
  readonly label?: string;
  /** Text of files by their path on the disk. */
  readonly files?: Readonly<Record<string, string>>;
  /** In MiB; 64 unless told. */
  readonly size?: number;
}

/** Writes a raw disk image; it is sparse. */
export async function makeDiskImage(image: string, content: DiskContent): Promise<void> {
  const file = await open(image, 'w');
  await file.truncate((content.size ?? 64) * 1024 * 1024);
  await file.close();
  if (content.fileSystem !== undefined) await makeFileSystem(image, content);
}

async function makeFileSystem(image: string, content: DiskContent): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lab-disk-'));
  try {
    for (const [path, text] of Object.entries(content.files ?? {})) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const label = content.label === undefined ? [] : ['-L', content.label];
    await runOnHost('mke2fs', ['-q', '-t', content.fileSystem ?? 'ext4', ...label, '-d', folder, image]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
