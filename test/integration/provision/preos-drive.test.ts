import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cdistPreos } from '../../../src/provision/cli/cdist-preos.ts';

let work = '';
beforeEach(async ({ skip }) => {
  if (process.getuid?.() !== 0) skip('a PreOS is built as root');
  work = await mkdtemp(join(tmpdir(), 'gandi-preos-drive-'));
  await mkdir(join(work, 'os'));
});
afterEach(async () => {
  if (work !== '') await rm(work, { recursive: true });
});

async function debian(...args: string[]) {
  const err: string[] = [];
  const none = () => undefined;
  const terminal = { out: none, err: (line: string) => void err.push(line), json: none, verbatim: none };
  const call = { environment: { HOME: work }, workingFolder: work };
  return { exit: await cdistPreos(['debian', ...args], terminal, call), said: err.join('\n') };
}

test.each([
  ['a file', 'file'],
  ['what is not there', 'nowhere'],
])('-D with %s is refused before anything is made', async (_, drive) => {
  await writeFile(join(work, 'file'), '');
  const { exit, said } = await debian('-B', '-C', '-D', drive, 'os');
  expect({ exit, said }).toEqual({ exit: 4, said: expect.stringContaining('preos-drive.no-drive') });
});
