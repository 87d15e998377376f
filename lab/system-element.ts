import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GuestSystem } from './systems.ts';

/** Writes the element of a guest's system: its commands run once all packages are there, and then its files come. */
export async function writeSystemElement(folder: string, { commands = [], files = {} }: GuestSystem): Promise<void> {
  const hooks = join(folder, 'post-install.d');
  await mkdir(hooks, { recursive: true });
  const script = join(hooks, '90-system');
  const lines = commands.map((words) => words.map(quoted).join(' '));
  const copy = `if [ -d "\${0%/*}/../${filesFolder}" ]; then cp -R "\${0%/*}/../${filesFolder}/." /; fi`;
  await writeFile(script, ['#!/bin/sh', 'set -eu', ...lines, copy, ''].join('\n'));
  await chmod(script, 0o755);
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, filesFolder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

const filesFolder = 'system-files';

/** As a word of sh. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
