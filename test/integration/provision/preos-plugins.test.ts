import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cdistPreos } from '../../../src/provision/cli/cdist-preos.ts';

let work = '';
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'gandi-preos-'));
});
afterEach(() => rm(work, { recursive: true }));

async function write(path: string, text: string, mode = 0o644): Promise<void> {
  const file = join(work, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, mode);
}

async function preos(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    json: () => undefined,
    verbatim: () => undefined,
  };
  const environment = { HOME: join(work, 'home'), PATH: '/usr/bin:/bin', CDIST_PATH: join(work, 'one') };
  const exit = await cdistPreos(args, terminal, { environment, workingFolder: work });
  return { exit, out, err };
}

const names = ({ out }: { readonly out: readonly string[] }) => out.slice(1).map((line) => line.trim().slice(2));
const own = ['debian', 'devuan', 'ubuntu'];
const says = (name: string, word: string) => `
import { writeFileSync } from 'node:fs';
export const _cdist_preos = true;
export const _preos_name = '${name}';
export function commandline(args) { writeFileSync('said', '${word} ' + args.join(' ')); }
`;

test('modules, folders, classes and executables are found where cdist finds its own', async () => {
  await write('home/.cdist/preos/netbsd.mjs', says('netbsd', 'first'));
  await write('one/preos/folder/index.mjs', says('of-a-folder', 'x'));
  await write('two/preos/whatever.mjs', 'export class FreeBSD { static _cdist_preos = true; static commandline() {} }');
  await write('two/preos/openbsd.sh', '#!/bin/sh\necho "openbsd $* in $PWD"\nexit 3\n', 0o755);
  const found = await preos('-c', join(work, 'two'), '-L');
  expect(names(found)).toEqual([...own, 'freebsd', 'netbsd', 'of-a-folder', 'openbsd'].sort());
  expect(found.err).toEqual([]);
  expect(await preos('-c', join(work, 'two'), 'openbsd', '-c', 'x')).toEqual({
    exit: 3,
    out: [`openbsd -c x in ${work}`],
    err: [],
  });
});

test('of two with a name the one of the later folder counts', async () => {
  const result = (word: string) => `
export const _cdist_preos = true;
export const _preos_name = 'netbsd';
export function commandline() { throw new Error('${word}'); }
`;
  await write('home/.cdist/preos/a.mjs', result('first'));
  await write('one/preos/b.mjs', result('second'));
  const { exit, err } = await preos('netbsd');
  expect({ exit, err }).toEqual({ exit: 1, err: [expect.stringMatching(/netbsd.*second.*b\.mjs|b\.mjs.*second/)] });
});

test.each([
  ["import 'no-such-module-anywhere';", 'no-such-module-anywhere'],
  ['\n\nfunction (:', 'broken.mjs:3'],
  ['process.exit(5);', 'ends the process'],
  ["throw new Error('no good');", 'no good'],
  ['export const _cdist_preos = true; export const commandline = 3;', 'not a function'],
])('%j is a warning, and the others work', async (text, said) => {
  await write('one/preos/broken.mjs', text);
  await write('one/preos/works.mjs', says('works', 'x'));
  const { exit, out, err } = await preos('-L');
  expect(exit).toBe(0);
  expect(names({ out })).toEqual([...own, 'works']);
  expect(err).toEqual([expect.stringContaining('broken.mjs')]);
  expect(err[0]).toContain(said);
});

test('what is no plugin is not spoken of', async () => {
  await write('one/preos/README.txt', 'text');
  await write('one/preos/.hidden.mjs', says('hidden', 'x'));
  await write('one/preos/netbsd.mjs~', says('old', 'x'), 0o755);
  await write('one/preos/data.json', '{}');
  await write('one/preos/folder/x.mjs', says('inner', 'x'));
  await write('one/preos/plain.mjs', 'export const x = 1;');
  const { out, err } = await preos('-L');
  expect({ names: names({ out }), err }).toEqual({ names: own, err: [] });
});
