import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BaseImage, baseImage } from './base-image.ts';
import { cached, hashOf } from './cache.ts';
import { runInTree } from './chroot.ts';
import type { DebianVersion } from './debian.ts';
import { runOnHost } from './host-command.ts';
import { imageName, type SystemName } from './systems.ts';

/** What QEMU starts a guest from; the disk is never written to, each guest has an overlay of its own. */
export interface GuestImage {
  readonly disk: string;
  /** What QEMU itself starts, which is faster; without it the disk's own boot loader does. */
  readonly direct?: { readonly kernel: string; readonly initrd: string };
}

const projectFolder = join(import.meta.dirname, '..');

/** Returns the image of a Debian guest on which apt has installed the agent's package; built again for each build of the package. */
export async function agentImage(version: DebianVersion, system: SystemName = 'plain'): Promise<GuestImage> {
  return packageImage(version, system, await builtPackage(), 'guest');
}

/** The same with another package in its place. @param kind begins the names of its images in the cache */
export async function packageImage(
  version: DebianVersion,
  system: SystemName,
  packageFile: string,
  kind: string,
): Promise<GuestImage> {
  const base = await baseImage(version, system);
  const key = await hashOf([base.key], [packageFile, import.meta.filename]);
  const name = `${kind}-${imageName(version, system)}`;
  const folder = await cached(name, key, (target) => build(base, packageFile, target));
  return { disk: join(folder, 'root.img'), direct: { kernel: base.kernel, initrd: base.initrd } };
}

/** Returns the image of a guest without the agent. @param files written last: path in the guest to text */
export async function plainImage(
  version: DebianVersion,
  system: SystemName,
  files: Readonly<Record<string, string>> = {},
): Promise<GuestImage> {
  const base = await baseImage(version, system);
  const key = await hashOf([base.key], [import.meta.filename]);
  const variant = await hashOf([JSON.stringify(files)], []);
  const folder = await cached(`no-agent-${imageName(version, system)}-${variant}`, key, async (target) => {
    const tree = await copyTree(base, target);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(tree, path)), { recursive: true });
      await writeFile(join(tree, path), text);
    }
    await makeRootDisk(tree, join(target, 'root.img'));
  });
  return { disk: join(folder, 'root.img'), direct: { kernel: base.kernel, initrd: base.initrd } };
}

/** The package that `make deb` built, unless GANDI_DEB names another, such as a release to compare with. */
export async function builtPackage(): Promise<string> {
  if (process.env.GANDI_DEB !== undefined) return process.env.GANDI_DEB;
  const folder = join(projectFolder, 'dist');
  const names = await readdir(folder).catch(() => []);
  const packages = names.filter((name) => /^gandi-vm-agent_.*_amd64\.deb$/.test(name));
  if (packages.length !== 1)
    throw new Error(`there must be one package in dist and there are ${packages.length}; run \`make deb\``);
  return join(folder, packages[0] ?? '');
}

async function build(base: BaseImage, packageFile: string, folder: string): Promise<void> {
  const tree = await copyTree(base, folder);
  await copyFile(packageFile, join(tree, 'tmp/agent.deb'));
  await runInTree(tree, 'apt-get', ['install', '--yes', '--quiet', '--no-install-recommends', '/tmp/agent.deb']);
  await rm(join(tree, 'tmp/agent.deb'));
  await runInTree(tree, 'apt-get', ['clean']);
  await rm(join(tree, 'var/lib/apt/lists'), { recursive: true });
  await makeRootDisk(tree, join(folder, 'root.img'));
}

async function copyTree(base: BaseImage, folder: string): Promise<string> {
  const tree = join(folder, 'tree');
  await runOnHost('cp', ['--archive', '--reflink=auto', base.tree, tree]);
  return tree;
}

/** Makes the disk of a tree, which is gone then. */
async function makeRootDisk(tree: string, image: string): Promise<void> {
  await runOnHost('mke2fs', ['-q', '-t', 'ext4', '-L', 'root', '-d', tree, image, '2G']);
  await rm(tree, { recursive: true });
}
