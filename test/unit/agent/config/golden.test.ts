import { cp, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { expectGolden, isWritingGolden } from '../../expect-golden.ts';
import { config, observeConfig, planConfig } from '../../../../src/agent/config/config.ts';
import { readFlags } from '../../../../src/agent/flags/read-flags.ts';
import type { Journal } from '../../../../src/core/system/journal.ts';
import { openSystem, type System } from '../../../../src/core/system/system.ts';

const golden = 'test/golden/config';
const families = ['debian', 'ubuntu', 'redhat', 'suse', 'alpine'];
const nobody: Journal = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };

/** Every file and link with its content; what the agent remembers of its own doing is not about the distribution. */
async function treeOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { recursive: true }))
    .filter((name) => !/^(var\/lib|run)\/gandi/.test(name))
    .sort();
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

/** The partition of / ends where its disk does. */
const filledDisk = {
  label: 'dos',
  unit: 'sectors',
  partitions: [{ node: '/dev/vda1', start: 2048, size: 4_192_256, type: '83' }],
};

const answers: Readonly<Record<string, string>> = {
  blkid: '11111111-2222-3333-4444-555555555555\n',
  tune2fs: 'Maximum mount count:      -1\nCheck interval:           0 (<none>)\n',
  sfdisk: JSON.stringify({ partitiontable: filledDisk }),
  locale: 'C\nfr_FR.utf8\n',
  systemctl: 'LoadState=loaded\nActiveState=inactive\nUnitFileState=enabled\n',
};
/** What is done and used by nobody there: no program of Alpine reads a file of the locale. */
const unused: Readonly<Record<string, readonly string[]>> = { alpine: ['locale.not-read'] };
const looksOnly = /^(blkid|tune2fs -l|locale|findmnt|sfdisk --json|systemctl show) ?/;

/** The machine of a family, as if it were running: its programs say what theirs say, and write down that they were called. */
async function machineOf(family: string) {
  const root = await mkdtemp(join(tmpdir(), 'golden-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await cp(join(golden, family, 'before'), root, { recursive: true });
  const system = openSystem(root, nobody);
  // sd_booted(3)
  if (await system.files.status('/usr/lib/systemd/systemd'))
    await mkdir(join(root, 'run/systemd/system'), { recursive: true });
  // So does its file system.
  await mkdir(join(root, 'var/lib/gandi'), { recursive: true });
  await writeFile(join(root, 'var/lib/gandi/root-filled'), `${4_192_256 * 512}\n`);
  const called: string[] = [];
  const run: System['processes']['run'] = async (tool, args) => {
    called.push([tool, ...args].join(' ').replaceAll(root, ''));
    return { exitCode: 0, stdout: answers[tool] ?? '', stderr: '' };
  };
  const clock = { ...system.clock, now: () => new Date('2026-01-31T12:00:00Z') };
  const running = { ...system, root: '/', clock, processes: { ...system.processes, run } };
  return { root, system: running, changes: () => called.filter((line) => !looksOnly.test(line)) };
}

async function configuredCopy(family: string) {
  const machine = await machineOf(family);
  return { ...machine, outcomes: await config(machine.system) };
}

test.each(families)('%s: the tree afterwards is the expected one', async (family) => {
  const { root, outcomes } = await configuredCopy(family);
  const failures = outcomes.flatMap(({ failure }) => (failure === null ? [] : [failure]));
  expect(failures).toMatchObject((unused[family] ?? []).map((code) => ({ code })));
  const before = await treeOf(join(golden, family, 'before'));
  const changed = Object.entries(await treeOf(root)).filter(([name, text]) => before[name] !== text);
  const expected = join(golden, family, 'changed');
  if (isWritingGolden) {
    await rm(expected, { recursive: true, force: true });
    for (const [name] of changed) await cp(join(root, name), join(expected, name), { verbatimSymlinks: true });
  }
  expect(Object.fromEntries(changed)).toEqual(await treeOf(expected));
});

test.each(families)('%s: the programs that change something are called as expected', async (family) => {
  const { changes } = await configuredCopy(family);
  expectGolden(join(golden, family, 'commands'), `${changes().join('\n')}\n`);
});

test.each(families)('%s: a second run plans nothing, touches no file and calls nothing', async (family) => {
  const { system, root, changes } = await configuredCopy(family);
  const [before, calls] = [await treeOf(root), changes().length];
  expect(planConfig(await observeConfig(system, await readFlags(system)))).toEqual({ steps: [], notes: [] });
  expect(await config(system)).toEqual([]);
  expect(await treeOf(root)).toEqual(before);
  expect(changes()).toHaveLength(calls);
});
