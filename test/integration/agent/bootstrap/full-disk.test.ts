import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { bootstrap } from '../../../../src/agent/bootstrap/bootstrap.ts';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';
import { requirePrograms } from '../action/loop-disk.ts';
import { imageTree, listTree } from './image-tree.ts';

const MINUTE = 60_000;

beforeEach((context) => requirePrograms(context, { mount: 'util-linux' }));

/** The tree of an image on a file system of its own. */
function mountedTree(): string {
  const root = mkdtempSync(join(tmpdir(), 'full-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'none', root]);
  onTestFinished(() => {
    spawnSync('umount', [root]);
    rmSync(root, { recursive: true });
  });
  cpSync(imageTree('debian'), root, { recursive: true });
  return root;
}

const remount = (root: string, options: string) => execFileSync('mount', ['-o', `remount,${options}`, root]);
const runOn = (root: string) => bootstrap(openSystem(root, openJournal('error')));
const failuresOf = (outcomes: Awaited<ReturnType<typeof runOn>>) => outcomes.filter(({ failure }) => failure !== null);

/** Without gshadow, whose lines the tools write after those of group, which are the ones that count. */
async function finish(root: string): Promise<Record<string, string>> {
  expect(failuresOf(await runOn(root))).toEqual([]);
  const { 'etc/gshadow': _, ...tree } = listTree(root);
  return tree;
}

test('ENOSPC: however much space is left, nothing half-written is seen, and the next boot succeeds', {
  timeout: 2 * MINUTE,
}, async () => {
  const before = listTree(mountedTree());
  const whole = await finish(mountedTree());
  let failedOnce = false;
  for (let pagesLeft = 0; ; pagesLeft += 1) {
    const root = mountedTree();
    fill(root, pagesLeft);
    const failures = failuresOf(await runOn(root));
    rmSync(join(root, 'filling'));
    for (const [path, content] of Object.entries(listTree(root))) {
      expect(isWhole(path, content, [before, whole]), `${path} with ${pagesLeft} pages left: ${content}`).toBe(true);
    }
    expect(await finish(root), `${pagesLeft} pages left`).toEqual(whole);
    if (failures.length === 0) break;
    failedOnce = true;
  }
  expect(failedOnce).toBe(true);
});

test('EROFS: a root that cannot be written fails every step, changes nothing, and the next boot succeeds', async () => {
  const root = mountedTree();
  const before = listTree(root);
  remount(root, 'ro');
  expect(failuresOf(await runOn(root)).map(({ step }) => step)).toContain('host name');
  expect(listTree(root)).toEqual(before);
  remount(root, 'rw');
  expect(await finish(root)).toEqual(await finish(mountedTree()));
});

/** Fields of a line of passwd(5), shadow(5), group(5) and gshadow(5). */
const fieldsOf: Readonly<Record<string, number>> = {
  'etc/passwd': 7,
  'etc/shadow': 9,
  'etc/group': 4,
  'etc/gshadow': 4,
};

/** The old content or the new one; files of accounts are changed line by line, each time as a whole. */
function isWhole(path: string, content: string, trees: ReadonlyArray<Record<string, string>>): boolean {
  if (content.endsWith(' folder') || trees.some((tree) => tree[path] === content)) return true;
  const lines = content
    .replace(/^\d+ \d+:\d+ /, '')
    .trimEnd()
    .split('\n');
  return content.endsWith('\n') && lines.every((line) => line.split(':').length === fieldsOf[path]);
}

/** Leaves as many pages as are told, which tmpfs counts whole. */
function fill(root: string, pages: number): void {
  const used = Number(
    execFileSync('du', ['--summarize', '--block-size=4096', root], { encoding: 'utf8' }).split('\t')[0],
  );
  remount(root, `size=${(used + pages + 64) * 4096}`);
  const free = Number(execFileSync('stat', ['--file-system', '--format=%f', root], { encoding: 'utf8' }));
  writeFileSync(join(root, 'filling'), Buffer.alloc((free - pages) * 4096));
}
