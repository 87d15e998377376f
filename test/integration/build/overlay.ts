import { lstat, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** Why no package can be installed in a copy of this machine, or undefined if one can. */
export async function reasonAgainstOverlay(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'needs root, to mount an overlay of this machine and chroot into it';
  const tools = ['/usr/bin/dpkg', '/usr/bin/systemctl', '/usr/bin/deb-systemd-helper'];
  if ((await existing('/', tools)).length < tools.length) return 'needs a Debian with systemd, to copy';
  return (await readFile('/proc/filesystems', 'utf8')).includes('overlay')
    ? undefined
    : 'the kernel has no overlay file system';
}

/** This machine's own tree, with every change going to the tmpfs `folder`. */
export async function mountOverlay(folder: string): Promise<string> {
  const [upper, work, root] = [join(folder, 'upper'), join(folder, 'work'), join(folder, 'root')];
  for (const path of [upper, work, root]) await mkdir(path);
  await execa('mount', ['-t', 'overlay', '-o', `lowerdir=/,upperdir=${upper},workdir=${work}`, 'overlay', root]);
  // What this machine itself may have of an agent is not to be seen in the copy.
  for (const path of ['etc/default/gandi', 'etc/gandi', 'var/lib/gandi'])
    await rm(join(root, path), { recursive: true, force: true });
  return root;
}

/** Names of our units that are linked to be started. */
export async function enabledUnits(root: string): Promise<string[]> {
  const entries = await readdir(join(root, 'etc/systemd/system'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isSymbolicLink() && entry.name.startsWith('gandi-'))
    .map((entry) => entry.name)
    .sort();
}

/** Names of our units that say when they are started. */
export async function installableUnits(root: string): Promise<string[]> {
  const folder = join(root, 'usr/lib/systemd/system');
  const units = (await readdir(folder)).filter((name) => name.startsWith('gandi-')).sort();
  const texts = await Promise.all(units.map((name) => readFile(join(folder, name), 'utf8')));
  return units.filter((_, index) => texts[index]?.includes('[Install]'));
}

/** Permission bits in octal. */
export async function modes(root: string, paths: readonly string[]): Promise<string[]> {
  return Promise.all(paths.map(async (path) => ((await stat(join(root, path))).mode & 0o7777).toString(8)));
}

/** Those of the paths that are there. */
export async function existing(root: string, paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map((path) =>
      lstat(join(root, path)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_, index) => found[index]);
}
