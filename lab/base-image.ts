import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImage } from './build-image.ts';
import { cached, hashOf } from './cache.ts';
import { runInTree } from './chroot.ts';
import { type DebianVersion, packages, suites } from './debian.ts';
import { filesBelow } from './files-below.ts';
import { runOnHost } from './host-command.ts';
import { packInitrd } from './initrd.ts';
import { writeSystemElement } from './system-element.ts';
import { type GuestSystem, imageName, type SystemName, systems } from './systems.ts';

/** A Debian without the agent, cached: what every guest of that version starts from. */
export interface BaseImage {
  readonly key: string;
  /** Root folder of the installed system. */
  readonly tree: string;
  readonly kernel: string;
  readonly initrd: string;
}

/** Returns the base of a Debian version and builds it, in about a minute, if what it is made of has changed. */
export async function baseImage(version: DebianVersion, name: SystemName = 'plain'): Promise<BaseImage> {
  const system: GuestSystem = systems[name];
  const elements = await filesBelow(join(import.meta.dirname, '..'), ['elements', 'lab/elements']);
  const key = await hashOf([suites[version], JSON.stringify(system), ...[...elements].sort().flat()], sources);
  const folder = await cached(`base-${imageName(version, name)}`, key, (target) => build(version, system, target));
  return { key, tree: join(folder, 'tree'), kernel: join(folder, 'kernel'), initrd: join(folder, 'initrd') };
}

const sources = [
  'base-image.ts',
  'build-image.ts',
  'chroot.ts',
  'debian.ts',
  'initrd.ts',
  'initrd-init',
  'system-element.ts',
].map((name) => join(import.meta.dirname, name));

async function build(version: DebianVersion, system: GuestSystem, folder: string): Promise<void> {
  const tree = join(folder, 'tree');
  await buildArchive(version, system, folder);
  await mkdir(tree);
  const archive = join(folder, 'base.tar');
  await runOnHost('tar', ['-C', tree, '--numeric-owner', '--xattrs', '--xattrs-include=*', '-xpf', archive]);
  await rm(archive);
  await configure(tree);
  await packInitrd(tree, join(folder, 'initrd'));
  await cp(join(tree, 'boot', await kernelName(tree)), join(folder, 'kernel'));
}

/** A kernel that a system names takes the place of the plain one. */
async function buildArchive(version: DebianVersion, system: GuestSystem, folder: string): Promise<void> {
  const isKernel = (name: string) => name.startsWith('linux-image-');
  const kernels = system.packages.filter(isKernel);
  const plain = packages.filter((name) => kernels.length === 0 || !isKernel(name));
  const added = system.packages.filter((name) => !isKernel(name));
  const elements = join(folder, 'elements');
  await writeSystemElement(join(elements, 'system'), system);
  await buildImage({
    words: [
      ...['--no-cache', '--types', 'tar', '--output', join(folder, 'base')],
      ...added.flatMap((name) => ['-p', name]),
      ...['debian-minimal', 'lab', 'system'],
    ],
    variables: {
      DIB_RELEASE: suites[version],
      DIB_DEBIAN_PACKAGES: [...plain, ...kernels].join(' '),
      // The lab packs its own initrd; Debian's would take a third of the build.
      INITRD: 'No',
    },
    elements: [elements],
  });
  await rm(elements, { recursive: true });
}

/** What programs in a tree need that is not running; an archive of the builder has no devices. Linux: admin-guide/devices.txt. */
const devices = [
  ['null', 'c', '1', '3'],
  ['zero', 'c', '1', '5'],
  ['full', 'c', '1', '7'],
  ['random', 'c', '1', '8'],
  ['urandom', 'c', '1', '9'],
  ['tty', 'c', '5', '0'],
] as const;

/** What is the lab's own affair: it makes the disk, and its guests are machines that have started before. */
async function configure(tree: string): Promise<void> {
  // The last is gone where ifupdown is.
  for (const name of ['proc', 'sys', 'etc/network']) await mkdir(join(tree, name), { recursive: true });
  for (const [name, ...numbers] of devices)
    await runOnHost('mknod', ['-m', '666', join(tree, 'dev', name), ...numbers]);
  const write = (path: string, text: string) => writeFile(join(tree, path), text);
  await write('etc/fstab', 'LABEL=root / ext4 errors=remount-ro 0 1\n');
  await write('etc/hostname', 'debian\n');
  await write('etc/hosts', '127.0.0.1\tlocalhost\n127.0.1.1\tdebian\n::1\tlocalhost ip6-localhost ip6-loopback\n');
  await write('etc/network/interfaces', 'source /etc/network/interfaces.d/*\n\nauto lo\niface lo inet loopback\n');
  await write('etc/machine-id', `${randomUUID().replaceAll('-', '')}\n`);
  // With systemd-resolved it is a link that leads nowhere until that runs. No guest has one: the agent makes it.
  await rm(join(tree, 'etc/resolv.conf'), { force: true });
  await runInTree(tree, 'apt-get', ['update', '--quiet']);
  await runInTree(tree, 'apt-get', ['clean']);
}

async function kernelName(tree: string): Promise<string> {
  const name = (await readdir(join(tree, 'boot'))).find((entry) => entry.startsWith('vmlinuz-'));
  if (name === undefined) throw new Error(`the Debian in ${tree} has no kernel`);
  return name;
}
