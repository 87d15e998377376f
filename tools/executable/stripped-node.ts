import { access, copyFile, mkdir, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import type { Target } from '../target.ts';

/** The path of a copy of Node without symbols, which both executables are made of; it is made once. */
export async function strippedNode(target: Target): Promise<string> {
  const folder = `${target.dist}/build`;
  await mkdir(folder, { recursive: true });
  const stripped = resolve(folder, `node-${process.version}`);
  if (await exists(stripped)) return stripped;
  const copy = `${stripped}.${process.pid}`;
  await copyFile(join(target.nodeFolder, 'bin/node'), copy);
  await execa(target.strip, [copy]);
  await rename(copy, stripped);
  return stripped;
}

/** Whether there is anything at a path. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
