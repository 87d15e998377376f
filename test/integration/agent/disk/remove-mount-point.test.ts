import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { requirePrograms } from '../action/loop-disk.ts';

const program = join(import.meta.dirname, '../../../../libexec/remove-mount-point');

beforeEach((context) => requirePrograms(context));

/** A folder below one of the test's own, to mount on. */
function mountPoint(): string {
  const folder = mkdtempSync(join(tmpdir(), 'remove-'));
  const path = join(folder, 'data');
  mkdirSync(path);
  onTestFinished(() => {
    spawnSync('umount', ['--lazy', path]);
    rmSync(folder, { recursive: true });
  });
  return path;
}

const mount = (path: string) => execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', path]);
const isMounted = (path: string) => spawnSync('mountpoint', ['--quiet', path]).status === 0;
const remove = (path: string) => spawnSync(program, [path], { encoding: 'utf8' });

test('a program that writes all the time never writes into the folder below', () => {
  const path = mountPoint();
  rmdirSync(path);
  // Fails while there is no folder, and goes on: as a daemon with a log on the disk does.
  const writer = spawn('sh', ['-c', 'while :; do echo x >>"$0/file"; done 2>/dev/null', path], { stdio: 'ignore' });
  onTestFinished(() => void writer.kill('SIGKILL'));
  for (let times = 0; times < 25; times += 1) {
    mountUnderWriter(path, writer.pid ?? 0);
    expect(remove(path)).toMatchObject({ status: 0 });
    expect([existsSync(path), isMounted(path)]).toEqual([false, false]);
  }
});

/** The writer rests while a folder without a mount is at its path. */
function mountUnderWriter(path: string, writer: number): void {
  process.kill(writer, 'SIGSTOP');
  mkdirSync(path, { recursive: true });
  mount(path);
  process.kill(writer, 'SIGCONT');
}

test('a mount that is in use goes too, and its user keeps what it has open', () => {
  const path = mountPoint();
  mount(path);
  const file = openSync(join(path, 'file'), 'w+');
  expect(remove(path)).toMatchObject({ status: 0 });
  expect(existsSync(path)).toBe(false);
  writeFileSync(file, 'still mine');
  closeSync(file);
});

test('a folder that holds files below the mount stays as it is, mount and all', () => {
  const path = mountPoint();
  writeFileSync(join(path, 'below'), '');
  mount(path);
  expect(remove(path)).toMatchObject({ status: 1, stderr: expect.stringContaining('not empty') });
  expect(isMounted(path)).toBe(true);
});

test('a mount that is told to all namespaces goes as well', () => {
  const path = mountPoint();
  const parent = join(path, '..');
  mount(parent);
  onTestFinished(() => void spawnSync('umount', ['--lazy', parent]));
  execFileSync('mount', ['--make-shared', parent]);
  mkdirSync(path);
  mount(path);
  expect(remove(path)).toMatchObject({ status: 0 });
  expect(existsSync(path)).toBe(false);
});
