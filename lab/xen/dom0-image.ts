import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type BaseImage, baseImage } from '../base-image.ts';
import { cached, hashOf } from '../cache.ts';
import { runOnHost } from '../host-command.ts';
import { unpackKernel } from './unpack-kernel.ts';

/** What QEMU starts Xen and its first domain from; the disk is never written to. */
export interface Dom0Image {
  readonly hypervisor: string;
  readonly kernel: string;
  readonly initrd: string;
  readonly disk: string;
}

const files = join(import.meta.dirname, 'dom0-files');
// The tools of a Xen talk only to the hypervisor of their own version; this one is Debian 12's.
const hypervisor = 'boot/xen-4.17-amd64.gz';

/**
 * Returns the first domain, a Debian 12 with Xen and an init of the lab's own. It depends on neither our package nor the guest
 * that it starts, so it is built once, in about two minutes.
 */
export async function dom0Image(): Promise<Dom0Image> {
  const base = await baseImage(12, 'dom0');
  const sources = [import.meta.filename, join(import.meta.dirname, 'unpack-kernel.ts')];
  const key = await hashOf([base.key], [...sources, ...(await filesBelow(files))]);
  const folder = await cached('xen-dom0', key, (target) => build(base, target));
  const file = (name: string) => join(folder, name);
  return { hypervisor: file('xen'), kernel: file('kernel'), disk: file('root.img'), initrd: base.initrd };
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function build(base: BaseImage, folder: string): Promise<void> {
  const tree = join(folder, 'tree');
  await runOnHost('cp', ['--archive', '--reflink=auto', base.tree, tree]);
  // QEMU takes a hypervisor by the multiboot protocol, and only unpacked.
  const packed = await readFile(join(tree, hypervisor));
  await writeFile(join(folder, 'xen'), await promisify(gunzip)(packed));
  await unpackKernel(base.kernel, join(folder, 'kernel'));
  // A link to systemd, by a path of the guest: a copy onto it would be written to this host's.
  await rm(join(tree, 'usr/sbin/init'));
  await cp(files, tree, { recursive: true });
  await runOnHost('mke2fs', ['-q', '-t', 'ext4', '-L', 'dom0', '-d', tree, join(folder, 'root.img'), '4G']);
  await rm(tree, { recursive: true });
}
