import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem, type System } from '../../../../src/core/system/system.ts';

/** Path → content; a string that starts with `->` is a symbolic link. */
export type Tree = Readonly<Record<string, string | Uint8Array>>;

/** A machine that is nothing but a folder: what the kernel would show in /sys and /proc is files. */
export async function fakeMachine(tree: Tree): Promise<System> {
  const root = await mkdtemp(join(tmpdir(), 'fake-machine-'));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [path, content] of Object.entries(tree)) {
    const place = join(root, path);
    await mkdir(dirname(place), { recursive: true });
    if (typeof content === 'string' && content.startsWith('->')) await symlink(content.slice(2), place);
    else await writeFile(place, content);
  }
  return openSystem(root, openJournal('error'));
}

/** Files of one device in sysfs, as Linux 6.1 shows them: each with a line feed. `extra` is put in as it is. */
export function sysfsDevice(folder: string, attributes: Readonly<Record<string, string>>, extra: Tree = {}): Tree {
  const own = Object.entries(attributes).map(([name, value]) => [`${folder}/${name}`, `${value}\n`]);
  const more = Object.entries(extra).map(([name, value]) => [`${folder}/${name}`, value]);
  return Object.fromEntries([...own, ...more]);
}
