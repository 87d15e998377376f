import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** A package of npm whose code is inside the executable, or in the addon beside it. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression */
  readonly license: string;
  readonly folder: string;
}

/** Of packages that leave it in their repository. */
const ownCopies: Readonly<Record<string, string>> = {
  'abstract-logging': 'tools/licences/abstract-logging.txt',
  'pg-types': 'tools/licences/pg-types.txt',
  pgpass: 'tools/licences/pgpass.txt',
  udev: 'tools/licences/udev.txt',
};

/**
 * Node, what is compiled, and every library that esbuild put into the script.
 * @param compiled folders of npm packages: the one that holds the Node binary first, then those that the addon is made of
 */
export async function bundledPackages(metafile: Metafile, compiled: readonly string[]): Promise<BundledPackage[]> {
  const folders = [...new Set(Object.keys(metafile.inputs).flatMap(packageFolder))].sort();
  return Promise.all([...compiled, ...folders].map(readPackage));
}

/**
 * The licences of all that is inside the executable: Node's (it lists what Node itself contains) and one per library.
 * Their terms ask that every copy carries them.
 * @throws Error naming a bundled package that has no licence file
 */
export async function thirdPartyNotices(packages: readonly BundledPackage[]): Promise<string> {
  return (await Promise.all(packages.map(notice))).join(`\n${'='.repeat(80)}\n\n`);
}

function packageFolder(path: string): string[] {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.slice(0, 1) ?? [];
}

async function readPackage(folder: string): Promise<BundledPackage> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Omit<BundledPackage, 'folder'>;
  const { name, version, license } = manifest;
  return { name, version, license, folder };
}

async function notice({ name, version, license, folder }: BundledPackage): Promise<string> {
  const title = `${name} ${version} (${license})`;
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const path = file === undefined ? ownCopies[name] : join(folder, file);
  if (path === undefined) throw new Error(`cannot find the licence of ${title} in ${folder}`);
  return `${title}\n\n${await readFile(path, 'utf8')}`;
}
