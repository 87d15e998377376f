import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { runOnHost } from './host-command.ts';

const deb = `dist/gandi-vm-agent_${manifest.version}_amd64.deb`;
const rpm = `dist/gandi-vm-agent-${manifest.version}-1.x86_64.rpm`;

/**
 * Writes the image of a disk that brings packages into a guest, which reaches no mirror: `agent.deb`, `next.deb`, a later version
 * whose flags file and sysctl.conf say something new, and `agent.rpm`.
 */
export async function makePackageDisk(image: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lab-packages-'));
  try {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    await copyFile(deb, join(disk, 'agent.deb'));
    await makeNextVersion(deb, folder, join(disk, 'next.deb'));
    await copyFile(rpm, join(disk, 'agent.rpm'));
    await runOnHost('mke2fs', ['-q', '-t', 'ext4', '-L', 'packages', '-d', disk, image, '320M']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return image;
}

/**
 * Makes the package of a later version whose flags file and sysctl.conf say something new.
 * @param folder to unpack the package in
 */
export async function makeNextVersion(packageFile: string, folder: string, target: string): Promise<void> {
  const tree = join(folder, 'tree');
  await runOnHost('dpkg-deb', ['--raw-extract', packageFile, tree]);
  const change = async (path: string, edit: (text: string) => string) =>
    writeFile(join(tree, path), edit(await readFile(join(tree, path), 'utf8')));
  await change('DEBIAN/control', (text) => text.replace(/^Version: .*$/m, `Version: ${manifest.version}+next1`));
  for (const path of ['etc/default/gandi', 'etc/gandi/sysctl.conf']) await change(path, (text) => `${text}# next\n`);
  // Fast to make and to unpack; how small it is does not matter here.
  await runOnHost('dpkg-deb', ['-Zgzip', '-z1', '--build', '--root-owner-group', tree, target]);
}
