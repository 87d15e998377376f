import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findElements } from '../../../../../src/provision/image/build/read-build-facts.ts';
import { readBuildRequest } from '../../../../../src/provision/image/command-line/build-request.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gandi-find-elements-'));
  await mkdir(join(folder, 'own/os'), { recursive: true });
  await writeFile(join(folder, 'own/os/element-provides'), 'operating-system\n');
});
afterAll(() => rm(folder, { recursive: true }));

const find = (path: string) =>
  findElements(readBuildRequest(['-n', 'os'], { arch: 'amd64', environment: { ELEMENTS_PATH: path } }));

test('empty entries of ELEMENTS_PATH name nothing', async () => {
  const { elements } = await find(`:${folder}/own::`);
  expect(elements.map(({ name }) => name)).toEqual(['os']);
});

test.each([
  ['a folder that is not there', 'nowhere'],
  ['a file', 'own/os/element-provides'],
])('%s in ELEMENTS_PATH is told, and the others count', async (_, name) => {
  const { elements, missing } = await find(`${folder}/own:${folder}/${name}`);
  expect(missing).toEqual([`${folder}/${name}`]);
  expect(elements).toHaveLength(1);
});
