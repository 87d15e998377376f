import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageTable, readPackageMap } from '../../../../../src/provision/image/packages/package-map.ts';

const map = readPackageMap(
  JSON.stringify({
    release: { centos: { 8: { name: 'of-8' } } },
    family: { debian: { gone: '' } },
    default: { gone: 'there', two: 'one two', name: 'plain' },
  }),
  'pkg-map',
);

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gandi-pkg-map-'));
  const tables = join(folder, 'tables');
  await mkdir(tables);
  await writeFile(join(tables, 'e'), packageTable(map));
  const text = await readFile(resolve('elements/pkg-map/gandi-commands/pkg-map'), 'utf8');
  program = join(folder, 'pkg-map');
  await writeFile(program, text.replace('/tmp/in_target.d/gandi-tables/pkg-map', tables), { mode: 0o755 });
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ['--element e two name', 0, 'one two\nplain'],
  ['--element e gone two', 0, 'one two'],
  ['--element e --prefix - gone two', 0, '-one two'],
  ['--element e --debug name', 0, 'plain'],
  ['--element e --distro centos --release 8-stream name', 0, 'of-8'],
  ['--element e nosuch', 1, ''],
  ['--element e --missing-ok nosuch', 0, 'nosuch'],
  ['--element other name', 2, ''],
  ['name', 1, ''],
])('pkg-map %s', async (words, status, output) => {
  const env = { DISTRO_NAME: 'debian', DIB_RELEASE: 'trixie' };
  const ran = await execa(program, words.split(' '), { env, reject: false });
  expect({ status: ran.exitCode, output: ran.stdout }).toEqual({ status, output });
});
