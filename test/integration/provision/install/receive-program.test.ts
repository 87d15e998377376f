import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { receiveCommand } from '../../../../src/provision/install/receive-program.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gandi-receive-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function receive(path: string): Promise<void> {
  const [program = '', ...args] = receiveCommand(path);
  const { stdout } = await execa('zstd', ['--stdout', '--quiet', '/bin/true'], { encoding: 'buffer' });
  await execa(program, args, { input: Buffer.from(stdout) });
}

test('a program comes into its place, and can be run', async () => {
  const path = join(folder, 'program');
  await receive(path);
  expect(await readFile(path)).toEqual(await readFile('/bin/true'));
  expect((await stat(path)).mode & 0o777).toBe(0o755);
});

test('one that runs from there is ended first, also where it was replaced before; others are not', async () => {
  const path = join(folder, 'program');
  await copyFile('/bin/sleep', path);
  const old = [spawn(path, ['600']), spawn(path, ['600'])];
  const other = spawn('/bin/sleep', ['600']);
  const ends = old.map((child) => once(child, 'exit'));
  await receive(path);
  expect((await Promise.all(ends)).map(([, signal]) => signal)).toEqual(['SIGKILL', 'SIGKILL']);
  expect(other.exitCode ?? other.signalCode).toBeNull();
  other.kill();
  await execa(path);
});
