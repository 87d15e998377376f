import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/**
 * Has apt fetch packages of this machine's own Debian and unpacks them in a folder of their own, once: installed, they would
 * start services or take over the network of the machine that runs the tests.
 * @param name of the folder, in the temporary one
 * @param fetch has the packages written to the folder that it is given; false if it cannot
 * @returns the folder, or undefined where apt cannot fetch them
 */
export async function unpackPackages(
  name: string,
  fetch: (folder: string) => Promise<boolean>,
): Promise<string | undefined> {
  const folder = join(tmpdir(), name);
  if (await readdir(folder).catch(() => undefined)) return folder;
  const work = `${folder}.${process.pid}`;
  const packages = join(work, 'packages');
  await mkdir(packages, { recursive: true });
  try {
    if (!(await fetch(packages))) return undefined;
    for (const file of (await readdir(packages)).filter((each) => each.endsWith('.deb'))) {
      await execa('dpkg-deb', ['--extract', join(packages, file), join(work, 'tree')]);
    }
    await rename(join(work, 'tree'), folder).catch(() => undefined);
    return folder;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
