import { mkdtemp, readdir, readFile, rm, cp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';
import { contentOf, imagesOf, versionsRead } from './netboot-story.ts';

let folder = '';

/** What lies in the place of the release before the import that is killed: its version v1. */
export const preparations: readonly (readonly [name: string, prepare: () => Promise<void>])[] = [
  ['a version of ours', importFirst],
  ['the folder of another program', putTheirs],
];

/**
 * Kills an import of v2 over v1 at each of these calls. After each, a node has to get v1 or v2 whole, and the next import
 * has to bring v2 and clear what was left.
 * @returns how often one import makes each call
 */
export async function killAtEach(
  calls: readonly string[],
  prepare: () => Promise<void>,
): Promise<ReadonlyMap<string, number>> {
  folder = await mkdtemp(join(tmpdir(), 'gandi-netboot-'));
  try {
    await offer('v1');
    await prepare();
    await offer('v2');
    await copy('tftp', 'before');
    const counted = await callsOfOneRun(calls);
    for (const [call, count] of counted) for (let when = 1; when <= count; when += 1) await killAt(call, when);
    return counted;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function killAt(call: string, when: number): Promise<void> {
  const at = `${call} ${when}`;
  await rm(join(folder, 'tftp'), { recursive: true });
  await copy('before', 'tftp');
  const { signal, exitCode } = await run(['-e', `inject=${call}:signal=SIGKILL:when=${when}`, '-e', `trace=${call}`]);
  // The helper that exchanges may be what was killed; then the import itself tells it.
  expect(signal === 'SIGKILL' || exitCode === 1 || exitCode === 137, `${at}: ${signal} ${exitCode}`).toBe(true);
  const [kernel, initrd] = await versionsRead(join(folder, 'tftp'));
  expect({ at, initrd }).toEqual({ at, initrd: kernel });
  expect(['v1', 'v2'], at).toContain(kernel);

  expect((await run([])).exitCode, at).toBe(0);
  expect(await versionsRead(join(folder, 'tftp')), at).toEqual(['v2', 'v2']);
  expect(await leftovers(), at).toEqual([]);
}

function copy(from: string, to: string): Promise<void> {
  return cp(join(folder, from), join(folder, to), {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
  });
}

async function offer(version: string): Promise<void> {
  const images = join(folder, 'archive', imagesOf('precise'), 'netboot/ubuntu-installer/amd64');
  await mkdir(images, { recursive: true });
  for (const name of ['linux', 'initrd.gz', 'pxelinux.0'])
    await writeFile(join(images, name), contentOf(version, name));
}

async function importFirst(): Promise<void> {
  expect((await run([])).exitCode).toBe(0);
}

async function putTheirs(): Promise<void> {
  const place = join(folder, 'tftp/maas/amd64/base/precise/install');
  await mkdir(place, { recursive: true });
  for (const name of ['linux', 'initrd.gz']) await writeFile(join(place, name), contentOf('v1', name));
}

/** One import as a process; strace counts by thread, so Node gets one for its file calls. */
function run(strace: readonly string[]) {
  const program = [process.execPath, resolve('src/provision/start.ts'), 'netboot', 'import'];
  const traced = strace.length === 0 ? [] : ['strace', '-f', '-o', join(folder, 'trace'), ...strace];
  const [first = '', ...args] = [...traced, ...program];
  return execa(first, args, {
    reject: false,
    extendEnv: false,
    cwd: folder,
    env: {
      PATH: '/usr/bin:/bin',
      UV_THREADPOOL_SIZE: '1',
      ARCHIVE: `file://${folder}/archive`,
      RELEASES: 'precise',
      CURRENT_RELEASE: 'precise',
      ARCHES: 'amd64',
      TFTPROOT: join(folder, 'tftp'),
    },
  });
}

async function callsOfOneRun(calls: readonly string[]): Promise<Map<string, number>> {
  await run(['-e', `trace=${calls.join(',')}`]);
  const names = (await readFile(join(folder, 'trace'), 'utf8')).matchAll(/^\d+ +(\w+)\(/gm);
  const counted = new Map<string, number>();
  for (const [, name = ''] of names) counted.set(name, (counted.get(name) ?? 0) + 1);
  return counted;
}

async function leftovers(): Promise<string[]> {
  const names = await readdir(join(folder, 'tftp'), { recursive: true });
  return names.filter((name) => name.includes('gandi-'));
}
