import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/**
 * The licences of all that is inside the executable: Node's (it lists what Node itself contains) and one per library.
 * Their terms ask that every copy carries them.
 *
 * @param nodeFolder the npm package that holds the Node binary
 * @throws Error naming a bundled package that has no licence file
 */
export async function thirdPartyNotices(metafile: Metafile, nodeFolder: string): Promise<string> {
  const folders = [...new Set(Object.keys(metafile.inputs).flatMap(packageFolder))].sort();
  const notices = await Promise.all([nodeFolder, ...folders].map(notice));
  return notices.join(`\n${'='.repeat(80)}\n\n`);
}

function packageFolder(path: string): string[] {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.slice(0, 1) ?? [];
}

async function notice(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as PackageManifest;
  const title = `${manifest.name} ${manifest.version} (${manifest.license})`;
  const file = (await readdir(folder)).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`cannot find the licence of ${title} in ${folder}`);
  return `${title}\n\n${await readFile(join(folder, file), 'utf8')}`;
}

interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}
