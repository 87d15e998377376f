import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { attachLoopDisk, requirePrograms } from '../action/loop-disk.ts';

const program = join(import.meta.dirname, '../../../../autofs/auto.gandi');
const options = '-fstype=ext2,rw,nosuid,nodev';

beforeEach((context) => requirePrograms(context));

/** Asks the map in a mount namespace in which /run is the test's; `before` is a line of shell that runs there first. */
function ask(name: string, entry: readonly string[], before = ''): { status: number | null; stdout: string } {
  const script = `mount -t tmpfs tmpfs /run && mkdir -p /run/gandi/autofs /run/elsewhere
    printf '%s\\n' "$@" >/run/gandi/autofs/data
    ${before}
    exec "$program" "$name"`;
  const args = ['--mount', '--propagation', 'private', 'sh', '-c', script, 'ask', ...entry];
  const env = { PATH: process.env.PATH ?? '', program, name };
  const { status, stdout } = spawnSync('unshare', args, { encoding: 'utf8', env });
  return { status, stdout };
}

function offeredDisk() {
  const disk = attachLoopDisk((device) => void spawnSync('mke2fs', ['-q', device]));
  const numbers = readFileSync(`/sys/class/block/${disk.name}/dev`, 'utf8').trim();
  return { disk, entry: [disk.path, disk.name, String(disk.diskSequence()), numbers, options] };
}

const refused = { status: 1, stdout: '' };

test('says what to mount for the name of a disk', () => {
  const { disk, entry } = offeredDisk();
  expect(ask('data', entry)).toEqual({ status: 0, stdout: `${options} :${disk.path}\n` });
});

test.each(['nobody', '', '.', '..', '.hidden', '../autofs/data', 'a/b'])('says nothing for %j', (name) => {
  expect(ask(name, offeredDisk().entry)).toEqual(refused);
});

test('refuses a disk that is mounted, wherever that is', () => {
  const { disk, entry } = offeredDisk();
  expect(ask('data', entry, `mount ${disk.path} /run/elsewhere`)).toEqual(refused);
});

test('refuses a disk that another one took the name of', () => {
  const { disk, entry } = offeredDisk();
  disk.attachAnew();
  expect(ask('data', entry)).toEqual(refused);
});

test('refuses a disk that somebody formats or repairs', () => {
  const { disk, entry } = offeredDisk();
  expect(ask('data', entry, `exec 9<${disk.path}; flock --exclusive 9`)).toEqual(refused);
});
