import { appendFile, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type BaseImage, baseImage } from '../base-image.ts';
import { cached, hashOf } from '../cache.ts';
import { runInTree } from '../chroot.ts';
import { runOnHost } from '../host-command.ts';
import { domainConfig } from './domain-config.ts';

const init = join(import.meta.dirname, 'domain-init');

/** Beside what the lab's initrd has: the disks of a domain. */
const modules = ['xen_blkfront', 'ext4'];

/** Returns a disk for dom0 with what it starts the domain from: `kernel` and `initrd` of the lab's base, and `config`. */
export async function domainImage(): Promise<string> {
  const base = await baseImage(12, 'xen');
  const key = await hashOf([base.key, domainConfig()], [import.meta.filename, init]);
  return join(await cached('xen-domain', key, (target) => build(base, target)), 'domain.img');
}

async function build(base: BaseImage, folder: string): Promise<void> {
  const content = join(folder, 'content');
  await mkdir(content);
  await copyFile(base.kernel, join(content, 'kernel'));
  await writeFile(join(content, 'config'), domainConfig());
  await packInitrd(base, join(content, 'initrd'));
  await runOnHost('mke2fs', ['-q', '-t', 'ext4', '-d', content, join(folder, 'domain.img'), '64M']);
  await rm(content, { recursive: true });
}

/**
 * The initrd of the base with a second archive behind it: the kernel unpacks one after the other, and the later file wins
 * (Documentation/driver-api/early-userspace/buffer-format.rst).
 */
async function packInitrd(base: BaseImage, target: string): Promise<void> {
  const content = await mkdtemp(join(tmpdir(), 'lab-domain-'));
  try {
    await cp(init, join(content, 'init'));
    await mkdir(join(content, 'modules'));
    const paths = await modulesInOrder(base.tree);
    for (const path of paths) await copyFile(join(base.tree, path), join(content, 'modules', basename(path)));
    await writeFile(join(content, 'modules/order'), `${paths.map((path) => basename(path)).join('\n')}\n`);
    const names = ['init', 'modules', 'modules/order', ...paths.map((path) => `modules/${basename(path)}`)];
    const archive = join(content, 'archive');
    await runOnHost('cpio', ['--quiet', '--create', '--format=newc', `--directory=${content}`, `--file=${archive}`], {
      input: names.join('\n'),
    });
    await copyFile(base.initrd, target);
    await appendFile(target, await readFile(archive));
  } finally {
    await rm(content, { recursive: true, force: true });
  }
}

/** Paths of the modules and of what they depend on, dependencies first; modprobe(8) prints them as `insmod PATH`. */
async function modulesInOrder(tree: string): Promise<string[]> {
  const [release = ''] = await readdir(join(tree, 'usr/lib/modules'));
  const plan = await runInTree(tree, 'modprobe', ['--show-depends', '--all', `--set-version=${release}`, ...modules]);
  return [...new Set(plan.split('\n').flatMap((line) => /^insmod (\S+)/.exec(line)?.[1] ?? []))];
}
