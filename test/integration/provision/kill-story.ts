import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { openWorkshop } from './own-build.ts';

const words = ['image', 'build', '-n', '-t', 'tar,raw,qcow2', 'tiny-os', 'own'];

/**
 * Kills builds at random moments of their course. After each one nothing of this host is another than before, and the next
 * build clears what was left of it.
 */
export async function killAtMoments(count: number): Promise<void> {
  const workshop = await openWorkshop();
  const environment = { GANDI_NO_CACHE: '0', DIB_IMAGE_CACHE: join(workshop.folder, 'cache') };
  try {
    await workshop.element('own/install.d/50-own', '#!/bin/sh\n[ -z "$CHANGING" ] || cat /proc/self/mounts >/mounts\n');
    const start = (changing: string) =>
      workshop.start(words, { environment: { ...environment, CHANGING: changing, DIB_NO_TMPFS: changing.slice(-1) } });
    const began = performance.now();
    expect((await start('-0').ended).status).toBe(0);
    const milliseconds = performance.now() - began;
    for (let index = 0; index < count; index += 1) {
      const build = start(`${index}-${index % 2}`);
      // A random moment is what is tried; there is no event to wait for.
      const moment = Math.random() * milliseconds;
      const isOver = await Promise.race([build.ended.then(() => true), setTimeout(moment, false)]);
      if (!isOver) build.kill('SIGKILL');
      await build.ended;
      expect(await stateOfHost(workshop.folder), `killed after ${moment} ms`).toEqual({ mounts: [], loops: [] });
    }
    const last = await start('last-1').ended;
    expect(last.status, last.lines.slice(-10).join('\n')).toBe(0);
    expect(await workshop.leftovers()).toEqual([]);
    expect((await readdir(workshop.out)).filter((name) => name.startsWith('.'))).toEqual([]);
    expect((await readdir(join(workshop.folder, 'cache/states'))).filter((name) => name.startsWith('.'))).toEqual([]);
  } finally {
    await workshop.remove();
  }
}

/** Mounts and loop devices of this host, as far as a build of the workshop could leave them. */
async function stateOfHost(folder: string): Promise<unknown> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter((line) => line.includes(folder));
  const loops = (await readdir('/sys/block')).filter((name) => name.startsWith('loop'));
  const files = await Promise.all(
    loops.map((name) => readFile(`/sys/block/${name}/loop/backing_file`, 'utf8').catch(() => '')),
  );
  return { mounts, loops: files.filter((file) => file.includes(folder)) };
}
