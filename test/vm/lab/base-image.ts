import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { debianMirror } from './apt-sources.ts';
import { cached, cacheFolder, hashOf } from './cache.ts';
import { runInTree } from './chroot.ts';
import { type DebianVersion, maskedUnits, packages, suites } from './debian.ts';
import { runOnHost } from './host-command.ts';
import { packInitrd } from './initrd.ts';

const guestFiles = join(import.meta.dirname, 'guest-files');

/** A Debian without the agent, cached: what every guest of that version starts from. */
export interface BaseImage {
  readonly key: string;
  /** Root folder of the installed system. */
  readonly tree: string;
  readonly kernel: string;
  readonly initrd: string;
}

/** Returns the base of a Debian version and builds it, in about a minute, if what it is made of has changed. */
export async function baseImage(version: DebianVersion): Promise<BaseImage> {
  const key = await hashOf([suites[version]], await ingredients());
  const folder = await cached(`base-${version}`, key, (target) => build(version, target));
  return { key, tree: join(folder, 'tree'), kernel: join(folder, 'kernel'), initrd: join(folder, 'initrd') };
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
