import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { AgentError } from '../../../../src/core/error/agent-error.ts';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem, type System } from '../../../../src/core/system/system.ts';
import { checksumsOf } from '../../../../src/provision/image/output/checksums.ts';

const system = openSystem('/', openJournal('error'));
const mebibyte = 1024 * 1024;

const sizes = [8 * mebibyte, 8 * mebibyte + 1, 511, 0];
const contents = [[], [0], [0, 3 * mebibyte + 17], [5 * mebibyte, 8 * mebibyte - 5]];

const cases = sizes.flatMap((size) => contents.map((places) => ({ size, places })));

test.for(cases)('a file of $size bytes with something at $places has the checksum of all its bytes', async (sparse) => {
  const path = await makeSparse(sparse);
  expect(await checksumsOf(path, ['md5', 'sha256'], system)).toEqual(await plainChecksums(path));
});

test('it is the same where qemu-img is not installed, or has no answer', async () => {
  const path = await makeSparse({ size: 3 * mebibyte, places: [mebibyte] });
  const failing = async () => {
    throw new AgentError('cannot start qemu-img', {
      code: 'process.missing',
      subject: 'qemu-img',
      remedy: 'install it',
    });
  };
  const wrong = (stdout: string) => async () => ({ exitCode: 0, stdout, stderr: '' });
  const gap = '[{"start":4096,"length":3141632,"data":false}]';
  const short = '[{"start":0,"length":4096,"data":false}]';
  for (const run of [failing, wrong(''), wrong('[]'), wrong(gap), wrong(short)]) {
    const answer = await checksumsOf(path, ['sha256'], withRun(run));
    expect(answer.sha256).toBe((await plainChecksums(path)).sha256);
  }
});

test('the holes of a file are not read', async () => {
  const path = await makeSparse({ size: 512 * mebibyte, places: [7 * mebibyte] });
  const before = bytesRead();
  await checksumsOf(path, ['sha256'], system);
  expect((bytesRead() - before) / (512 * mebibyte)).toBeLessThan(0.02);
});

async function makeSparse(sparse: { readonly size: number; readonly places: readonly number[] }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'checksums-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await using file = await open(join(folder, 'image.raw'), 'w');
  await file.truncate(sparse.size);
  for (const place of sparse.places) if (place < sparse.size) await file.write(Buffer.from('data'), 0, 4, place);
  return join(folder, 'image.raw');
}

async function plainChecksums(path: string): Promise<Record<'md5' | 'sha256', string>> {
  const bytes = await readFile(path);
  const digest = (kind: string) => createHash(kind).update(bytes).digest('hex');
  return { md5: digest('md5'), sha256: digest('sha256') };
}

function withRun(run: System['processes']['run']): System {
  return { ...system, processes: { ...system.processes, run } };
}

/** What this process asked read(2) for; proc_pid_io(5). */
function bytesRead(): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}
