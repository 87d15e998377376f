import { cp, lstat, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { config } from '../../../src/config/config.ts';
import type { Journal } from '../../../src/system/journal.ts';
import { openSystem } from '../../../src/system/system.ts';

const golden = 'test/golden/config';
const families = ['debian', 'ubuntu', 'redhat', 'suse', 'alpine'];
const nobody: Journal = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };

/** Every file and link with its content; what the agent remembers of its own doing is not about the distribution. */
async function treeOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => !name.startsWith('var/lib/gandi')).sort();
  const entries = await Promise.all(
    names.map(async (name): Promise<[string, string][]> => {
      const path = join(folder, name);
      const status = await lstat(path);
      if (status.isSymbolicLink()) return [[name, `-> ${await readlink(path)}`]];
      return status.isFile() ? [[name, await readFile(path, 'utf8')]] : [];
    }),
  );
  return Object.fromEntries(entries.flat());
}

async function configuredCopy(family: string) {
  const root = await mkdtemp(join(tmpdir(), 'golden-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await cp(join(golden, family, 'before'), root, { recursive: true });
  const system = openSystem(root, nobody);
  return { root, system, outcomes: await config(system) };
}

test.each(families)('%s: the tree afterwards is the expected one', async (family) => {
  const { root, outcomes } = await configuredCopy(family);
  expect(outcomes.filter(({ failure }) => failure !== null)).toEqual([]);
  const before = await treeOf(join(golden, family, 'before'));
  const changed = Object.entries(await treeOf(root)).filter(([name, text]) => before[name] !== text);
  expect(Object.fromEntries(changed)).toEqual(await treeOf(join(golden, family, 'changed')));
});

test.each(families)('%s: a second run has nothing to do', async (family) => {
  const { system } = await configuredCopy(family);
  expect(await config(system)).toEqual([]);
});
