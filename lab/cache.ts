import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lockOneOf } from './file-lock.ts';

/** Where guest images are kept between runs: outside the work tree, so that a fresh clone finds them. */
export function cacheFolder(): string {
  return process.env.GANDI_CACHE ?? '/var/cache/gandi-vm-agent';
}

/**
 * Returns the folder `<name>-<key>` of the cache and builds it first if it is missing. Folders of the same name
 * with another key are outdated and removed. A build that was cut off leaves nothing that is taken for a result.
 * @param build fills an empty folder
 */
export async function cached(name: string, key: string, build: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), `${name}-${key}`);
  if (await exists(folder)) return folder;
  await mkdir(cacheFolder(), { recursive: true });
  const lock = await lockOneOf([join(cacheFolder(), `${name}.lock`)]);
  try {
    if (!(await exists(folder))) await buildAnew(name, folder, build);
    return folder;
  } finally {
    await lock.release();
  }
}

/** A short hash of texts and of the contents of files, for use as a key. */
export async function hashOf(texts: readonly string[], files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length}:${text}`);
  for (const file of files) {
    const content = await readFile(file);
    hash.update(`${file.split('/').at(-1)}:${content.length}:`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

async function buildAnew(name: string, folder: string, build: (folder: string) => Promise<void>): Promise<void> {
  for (const entry of await readdir(cacheFolder())) {
    if (isVersionOf(name, entry)) await rm(join(cacheFolder(), entry), { recursive: true, force: true });
  }
  const unfinished = `${folder}.unfinished`;
  await mkdir(unfinished);
  await build(unfinished);
  await rename(unfinished, folder);
}

function isVersionOf(name: string, entry: string): boolean {
  return entry.startsWith(`${name}-`) && /^[0-9a-f]{16}(\.unfinished)?$/.test(entry.slice(name.length + 1));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
