import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { debianMirror } from './apt-sources.ts';
import { cached, cacheFolder, hashOf } from './cache.ts';
import { runInTree } from './chroot.ts';
import { type DebianVersion, maskedUnits, packages, suites } from './debian.ts';
import { runOnHost } from './host-command.ts';
import { packInitrd } from './initrd.ts';
import { type GuestSystem, imageName, type SystemName, systems } from './systems.ts';

const guestFiles = join(import.meta.dirname, 'elements/lab/lab-files');

/** A Debian without the agent, cached: what every guest of that version starts from. */
export interface BaseImage {
  readonly key: string;
  /** Root folder of the installed system. */
  readonly tree: string;
  readonly kernel: string;
  readonly initrd: string;
}

/** Returns the base of a Debian version and builds it, in about a minute, if what it is made of has changed. */
export async function baseImage(version: DebianVersion, system: SystemName = 'plain'): Promise<BaseImage> {
  if (system !== 'plain') return extendedImage(version, system);
  const key = await hashOf([suites[version]], await ingredients());
  const folder = await cached(`base-${version}`, key, (target) => build(version, target));
  return imageIn(folder, key);
}

/** The plain base with what the system adds to it. */
async function extendedImage(version: DebianVersion, name: SystemName): Promise<BaseImage> {
  const plain = await baseImage(version);
  const system: GuestSystem = systems[name];
  const key = await hashOf([plain.key, JSON.stringify(system)], []);
  const folder = await cached(`base-${imageName(version, name)}`, key, (target) => extend(plain, system, target));
  return imageIn(folder, key);
}

function imageIn(folder: string, key: string): BaseImage {
  return { key, tree: join(folder, 'tree'), kernel: join(folder, 'kernel'), initrd: join(folder, 'initrd') };
}

async function extend(plain: BaseImage, system: GuestSystem, folder: string): Promise<void> {
  const tree = join(folder, 'tree');
  await runOnHost('cp', ['--archive', '--reflink=auto', plain.tree, tree]);
  const { packages: added, commands = [], files = {} } = system;
  if (added.some((name) => name.startsWith('linux-image-'))) await removePlainKernel(tree);
  if (added.length > 0) await install(tree, added);
  for (const [tool, ...args] of commands) await runInTree(tree, tool, args);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), text);
  }
  await finish(tree, folder);
}

async function removePlainKernel(tree: string): Promise<void> {
  const kernel = (await kernelName(tree)).replace('vmlinuz-', 'linux-image-');
  await runInTree(tree, 'apt-get', ['purge', '--yes', '--quiet', 'linux-image-cloud-amd64', kernel]);
}

async function install(tree: string, names: readonly string[]): Promise<void> {
  await runInTree(tree, 'apt-get', ['update', '--quiet']);
  await runInTree(tree, 'apt-get', ['install', '--yes', '--quiet', '--no-install-recommends', ...names]);
  await runInTree(tree, 'apt-get', ['clean']);
}

async function ingredients(): Promise<string[]> {
  const sources = ['base-image.ts', 'chroot.ts', 'debian.ts', 'initrd.ts', 'initrd-init'];
  const entries = await readdir(guestFiles, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return [...sources.map((name) => join(import.meta.dirname, name)), ...files.sort()];
}

async function build(version: DebianVersion, folder: string): Promise<void> {
  const tree = join(folder, 'tree');
  await installDebian(version, tree);
  await configure(tree);
  await finish(tree, folder);
}

async function finish(tree: string, folder: string): Promise<void> {
  await packInitrd(tree, join(folder, 'initrd'));
  await cp(join(tree, 'boot', await kernelName(tree)), join(folder, 'kernel'));
}

async function installDebian(version: DebianVersion, tree: string): Promise<void> {
  const packageCache = join(cacheFolder(), `packages-${version}`);
  await mkdir(packageCache, { recursive: true });
  await runOnHost(
    'debootstrap',
    [
      '--variant=minbase',
      `--include=${packages.join(',')}`,
      `--cache-dir=${packageCache}`,
      '--keyring=/usr/share/keyrings/debian-archive-keyring.gpg',
      suites[version],
      tree,
      await debianMirror(),
    ],
    // The lab packs its own initrd; Debian's would take a third of the build.
    { environment: { INITRD: 'No', DEBIAN_FRONTEND: 'noninteractive' } },
  );
}

async function configure(tree: string): Promise<void> {
  await cp(guestFiles, tree, { recursive: true });
  const write = (path: string, text: string) => writeFile(join(tree, path), text);
  await write('etc/fstab', 'LABEL=root / ext4 errors=remount-ro 0 1\n');
  await write('etc/hostname', 'debian\n');
  await write('etc/hosts', '127.0.0.1\tlocalhost\n127.0.1.1\tdebian\n::1\tlocalhost ip6-localhost ip6-loopback\n');
  await write('etc/network/interfaces', 'source /etc/network/interfaces.d/*\n\nauto lo\niface lo inet loopback\n');
  await runInTree(tree, 'systemctl', ['enable', '--quiet', 'lab-shell.service']);
  await runInTree(tree, 'systemctl', ['mask', '--quiet', ...maskedUnits]);
  await runInTree(tree, 'apt-get', ['update', '--quiet']);
  await runInTree(tree, 'apt-get', ['clean']);
}

async function kernelName(tree: string): Promise<string> {
  const name = (await readdir(join(tree, 'boot'))).find((entry) => entry.startsWith('vmlinuz-'));
  if (name === undefined) throw new Error(`the Debian in ${tree} has no kernel`);
  return name;
}
