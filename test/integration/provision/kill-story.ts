import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { expect } from 'vitest';
import { seededRandom } from '../../unit/agent/sources/seeded-random.ts';
import { openWorkshop } from './own-build.ts';

const words = ['image', 'build', '-n', '-t', 'tar,raw,qcow2', 'tiny-os', 'own'];

/** Every third build uses loop devices. */
const isWithLoops = (index: number) => index % 3 === 2;

/**
 * Kills builds at random moments of their course. After each one nothing of this host is another than before, and the next
 * build clears what was left of it.
 * @param withLoops whether this machine has loop devices
 * @returns how many builds were not yet over when they were killed
 */
export async function killAtMoments(count: number, seed: number, withLoops: boolean): Promise<number> {
  const random = seededRandom(seed);
  const workshop = await openWorkshop();
  const environment = { GANDI_NO_CACHE: '0', DIB_IMAGE_CACHE: join(workshop.folder, 'cache') };
  try {
    await workshop.element('own/install.d/50-own', '#!/bin/sh\n[ -z "$CHANGING" ] || cat /proc/self/mounts >/mounts\n');
    const start = (changing: string, more: readonly string[] = []) =>
      workshop.start([...words.slice(0, 2), ...more, ...words.slice(2)], {
        environment: { ...environment, CHANGING: changing, DIB_NO_TMPFS: changing.slice(-1) },
      });
    const began = performance.now();
    expect((await start('-0').ended).status).toBe(0);
    const milliseconds = performance.now() - began;
    const before = await stateOfHost(workshop.folder);
    expect(before).toMatchObject({ mounts: [] });
    let killed = 0;
    for (let index = 0; index < count; index += 1) {
      const build = start(`${index}-${index % 2}`, withLoops && isWithLoops(index) ? ['--loop'] : []);
      // A random moment is what is tried; there is no event to wait for.
      const moment = random() * milliseconds;
      const isOver = await Promise.race([build.ended.then(() => true), setTimeout(moment, false)]);
      if (!isOver) build.kill('SIGKILL');
      if (!isOver) killed += 1;
      await build.ended;
      expect(await stateOfHost(workshop.folder), `seed ${seed}, build ${index}, killed after ${moment} ms`).toEqual(
        before,
      );
    }
    const last = await start('last-1').ended;
    expect(last.status, last.lines.slice(-10).join('\n')).toBe(0);
    expect(await workshop.leftovers()).toEqual([]);
    await expect.poll(() => loopsOf(workshop.folder)).toEqual([]);
    expect((await readdir(workshop.out)).filter((name) => name.startsWith('.'))).toEqual([]);
    expect((await readdir(join(workshop.folder, 'cache/states'))).filter((name) => name.startsWith('.'))).toEqual([]);
    return killed;
  } finally {
    await workshop.remove();
  }
}

/**
 * What a build could change of this host if it took it for its tree: mounts of the workshop, the entries of folders, and names. Loop
 * devices are looked at when all is over: the kernel drops those of a killed build a moment later.
 */
async function stateOfHost(folder: string): Promise<unknown> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter((line) => line.includes(folder));
  const entries = await Promise.all(['/etc', '/root', '/usr', '/usr/local/bin', '/var/log'].map(entriesOf));
  const devices = (await readdir('/dev')).filter((name) => !name.startsWith('loop'));
  const hostname = await readFile('/proc/sys/kernel/hostname', 'utf8');
  return { mounts, entries, devices, hostname };
}

/** Names, with when each file of /etc was changed. */
async function entriesOf(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  if (folder !== '/etc') return names;
  return Promise.all(names.map(async (name) => `${name} ${(await lstat(join(folder, name))).mtimeMs}`));
}

async function loopsOf(folder: string): Promise<readonly string[]> {
  const names = (await readdir('/sys/block')).filter((name) => name.startsWith('loop'));
  const files = await Promise.all(
    names.map((name) => readFile(`/sys/block/${name}/loop/backing_file`, 'utf8').catch(() => '')),
  );
  return files.filter((file) => file.includes(folder));
}

/** Whether `losetup` finds a free device. */
export async function hasLoops(): Promise<boolean> {
  return (await execa('losetup', ['--find'], { reject: false })).exitCode === 0;
}
