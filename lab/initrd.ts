import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { runInTree } from './chroot.ts';
import { runOnHost } from './host-command.ts';

/** Modules for the root disk and for the lab's port; the guest's udev loads all others as on a real machine. */
const modules = ['virtio_pci', 'virtio_blk', 'virtio_console', 'virtio_rng', 'ext4'];

/**
 * Packs the smallest initrd that starts a lab guest: busybox, some modules and `initrd-init`.
 * It is not compressed, as memory is read faster than emulated code decompresses.
 */
export async function packInitrd(tree: string, target: string): Promise<void> {
  const content = await mkdtemp(join(tmpdir(), 'lab-initrd-'));
  try {
    await mkdir(join(content, 'bin'));
    await cp(join(tree, 'usr/bin/busybox'), join(content, 'bin/busybox'));
    await copyFile(join(import.meta.dirname, 'initrd-init'), join(content, 'init'));
    await chmod(join(content, 'init'), 0o755);
    await copyModules(tree, join(content, 'modules'));
    await packFolder(tree, content, target);
  } finally {
    await rm(content, { recursive: true, force: true });
  }
}

async function copyModules(tree: string, folder: string): Promise<void> {
  await mkdir(folder);
  const order = [];
  for (const path of await modulesInOrder(tree)) {
    const name = basename(path).replace(/\.(xz|zst)$/, '');
    const copy = join(folder, basename(path));
    await cp(join(tree, path), copy);
    if (path.endsWith('.xz')) await runOnHost(join(tree, 'usr/bin/busybox'), ['unxz', copy]);
    order.push(name);
  }
  await writeFile(join(folder, 'order'), `${order.join('\n')}\n`);
}

/** Paths of the modules and of what they depend on, dependencies first; modprobe(8) prints them as `insmod PATH`. */
async function modulesInOrder(tree: string): Promise<string[]> {
  const [release = ''] = await readdir(join(tree, 'usr/lib/modules'));
  const plan = await runInTree(tree, 'modprobe', ['--show-depends', '--all', `--set-version=${release}`, ...modules]);
  const paths = plan.split('\n').flatMap((line) => /^insmod (\S+)/.exec(line)?.[1] ?? []);
  return [...new Set(paths)];
}

async function packFolder(tree: string, content: string, target: string): Promise<void> {
  // cpio is the guest's own busybox, so that the host needs none.
  const inTree = join(tree, 'tmp/initrd');
  await cp(content, inTree, { recursive: true });
  try {
    const pack = 'cd /tmp/initrd && busybox find . | busybox cpio -o -H newc > /tmp/initrd.cpio';
    await runInTree(tree, 'sh', ['-c', pack]);
    await cp(join(tree, 'tmp/initrd.cpio'), target);
  } finally {
    await rm(inTree, { recursive: true, force: true });
    await rm(join(tree, 'tmp/initrd.cpio'), { force: true });
  }
}
