import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { renderSbom } from '../sbom.ts';
import { shrink, type UnusedPart } from '../shrink/shrink.ts';
import type { Target } from '../target.ts';
import { bundledPackages, thirdPartyNotices } from '../third-party-notices.ts';
import { bundle } from './bundle.ts';
import { strippedNode } from './stripped-node.ts';

/** What an executable is built from. */
export interface Recipe {
  /** The name of the executable. */
  readonly name: string;
  /** The name of its package. */
  readonly product: string;
  /** The source file that starts it. */
  readonly entry: string;
  /** The folder for its notices, its list of parts and its script. */
  readonly work: string;
  /** Puts a script into a copy of Node: both are in the folder or named by path, and it writes `executable` there. */
  embed(node: string, folder: string, script: string): Promise<void>;
  /** What of Node, and of the embedded script, the program never uses. */
  readonly unused: readonly UnusedPart[];
  /** What goes beside the executable, as no snapshot can hold it. */
  readonly addon?: Addon;
}

/** Compiled code that Node loads when it runs. */
export interface Addon {
  /** The name of its file, `*.node`. */
  readonly file: string;
  /** Of the npm packages that it is made of. */
  readonly folders: readonly string[];
  /** @param output path of the file */
  build(output: string): Promise<void>;
}

/** Builds an executable into the folder of what is built, and beside it the licences and the list of all that is inside. */
export async function makeExecutable(recipe: Recipe, target: Target): Promise<void> {
  const { name, product, entry, work, embed, unused, addon } = recipe;
  const script = `${name}.cjs`;
  const notices = 'third-party-notices.txt';
  const sbom = 'sbom.cdx.json';
  await mkdir(work, { recursive: true });
  // A folder of its own and a rename at the end: two builds at once do not meet, and no one runs half an executable.
  const folder = await mkdtemp(`${work}/run-`);
  const metafile = await bundle(entry, join(folder, script));
  await embed(await strippedNode(target), folder, script);
  await shrinkFile(join(folder, 'executable'), unused);
  await addon?.build(join(folder, addon.file));
  const packages = await bundledPackages(metafile, [target.nodeFolder, ...(addon?.folders ?? [])]);
  await writeFile(join(folder, notices), await thirdPartyNotices(packages));
  await writeFile(join(folder, sbom), renderSbom({ ...manifest, name: product }, packages));
  for (const file of [notices, sbom, script]) await rename(join(folder, file), join(work, file));
  if (addon !== undefined) await rename(join(folder, addon.file), join(target.dist, addon.file));
  await rename(join(folder, 'executable'), join(target.dist, name));
  await rm(folder, { recursive: true });
}

async function shrinkFile(executable: string, unused: readonly UnusedPart[]): Promise<void> {
  const bytes = await readFile(executable);
  for (const line of shrink(bytes, unused)) process.stderr.write(`${line}\n`);
  await writeFile(executable, bytes);
  await chmod(executable, 0o755);
}
