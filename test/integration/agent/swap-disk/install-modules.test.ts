import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { InstallModules } from '../../../../src/agent/kernel/install-modules.ts';
import { installModules } from '../../../../src/agent/kernel/install-modules.ts';
import { storeScript } from '../../../../src/agent/swap-disk/store-script.ts';
import { modulesMark } from '../../../../src/agent/kernel/kernel-modules.ts';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';
import { requirePrograms } from '../action/loop-disk.ts';

const release = '6.1.0-1-amd64';
const offset = 512 * 1024;

beforeEach((context) => requirePrograms(context, { depmod: 'kmod', xz: 'xz-utils', bzip2: 'bzip2', zstd: 'zstd' }));

function folderFor(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
}

/** A machine whose disk carries modules, packed by the machine's own tar; and the action that installs them. */
function machineWith(option: string, ending: string, content = 'module'): { root: string; action: InstallModules } {
  const work = folderFor('modules-');
  write(join(work, `lib/modules/${release}/kernel/fs/a.ko`), content);
  write(join(work, `lib/modules/${release}/modules.order`), 'kernel/fs/a.ko\n');
  symlinkSync('/usr/src/linux', join(work, `lib/modules/${release}/build`));
  chownSync(join(work, `lib/modules/${release}/kernel/fs/a.ko`), 1234, 1234);
  const member = `gandi/${release}-modules.tar.${ending}`;
  write(join(work, 'gandi/config'), '{}');
  write(join(work, 'gandi/script'), '#!/bin/sh\n');
  execFileSync('tar', ['-C', work, option, '-cf', join(work, member), 'lib']);
  execFileSync('tar', ['-C', work, '-cf', join(work, 'payload.tar'), 'gandi']);
  const root = folderFor('machine-');
  mkdirSync(join(root, 'usr/lib'), { recursive: true });
  symlinkSync('usr/lib', join(root, 'lib'));
  write(join(root, 'dev/xvdz'), Buffer.concat([Buffer.alloc(offset), readFileSync(join(work, 'payload.tar'))]));
  truncateSync(join(root, 'dev/xvdz'), 64 * 1024 ** 2);
  const digest = createHash('sha256')
    .update(readFileSync(join(work, member)))
    .digest('hex');
  const payload = { disk: 'xvdz', diskSequence: null, serial: null, offset, length: 0, digest: '' };
  const folder = '/usr/lib/modules';
  return { root, action: { kind: 'install-modules', payload, member, digest, release, folder, keepOldAs: null } };
}

const systemOf = (root: string) => openSystem(root, openJournal('error'));
const treeOf = (root: string) => join(root, 'usr/lib/modules', release);

describe('kernel modules of a payload', () => {
  test.each([
    ['--gzip', 'gz'],
    ['--bzip2', 'bz2'],
    ['--xz', 'xz'],
    ['--zstd', 'zst'],
  ])('packed by tar %s: become a tree of root’s, with its index', async (option, ending) => {
    const { root, action } = machineWith(option, ending);
    const before = process.umask(0o077);
    onTestFinished(() => void process.umask(before));
    await installModules(action, systemOf(root));
    const tree = treeOf(root);
    expect(readFileSync(join(tree, 'kernel/fs/a.ko'), 'utf8')).toBe('module');
    expect(lstatSync(join(tree, 'kernel/fs/a.ko'))).toMatchObject({ uid: 0, gid: 0, mode: 0o100644 });
    expect(lstatSync(join(tree, 'kernel/fs'))).toMatchObject({ uid: 0, gid: 0, mode: 0o40755 });
    expect(lstatSync(tree)).toMatchObject({ mode: 0o40755 });
    expect(existsSync(join(tree, 'modules.dep'))).toBe(true);
    expect(readFileSync(join(tree, modulesMark), 'utf8')).toBe(`${action.digest}\n`);
    expect(readdirSync(tree)).not.toContain('build');
    expect(readdirSync(join(tree, '..'))).toEqual([release]);
  });

  test('replace a tree as a whole; what nobody owned is kept beside it', async () => {
    const { root, action } = machineWith('--gzip', 'gz');
    write(join(treeOf(root), 'extra/mine.ko'), 'mine');
    await installModules({ ...action, keepOldAs: `/usr/lib/modules/.${release}.2026` }, systemOf(root));
    expect(existsSync(join(treeOf(root), 'extra'))).toBe(false);
    expect(readFileSync(join(root, `usr/lib/modules/.${release}.2026/extra/mine.ko`), 'utf8')).toBe('mine');
    await installModules(action, systemOf(root));
    expect(readdirSync(join(treeOf(root), '..')).sort()).toEqual([`.${release}.2026`, release]);
  });

  test.each<[string, string, (root: string, action: InstallModules) => Partial<InstallModules>]>([
    ['payload.changed', 'are other bytes than were planned with', () => ({ digest: 'f'.repeat(64) })],
    ['payload.changed', 'are gone from the payload', () => ({ member: 'gandi/other-modules.tar.gz' })],
    ['payload.unsafe-path', 'are of another kernel', () => ({ release: '6.12.1' })],
  ])('%s: when they %s the tree in place stays, and nothing beside it', async (code, _, change) => {
    const { root, action } = machineWith('--gzip', 'gz');
    write(join(treeOf(root), 'kernel/old.ko'), 'old');
    await expect(installModules({ ...action, ...change(root, action) }, systemOf(root))).rejects.toMatchObject({
      code,
    });
    expect(readdirSync(join(root, 'usr/lib/modules'))).toEqual([release]);
    expect(readdirSync(join(treeOf(root), 'kernel'))).toEqual(['old.ko']);
  });

  test('what a power cut left of an earlier try is cleared away', async () => {
    const { root, action } = machineWith('--gzip', 'gz');
    write(join(root, `usr/lib/modules/.${release}.gandi-new/usr/lib/modules/${release}/kernel/fs/a.ko`), 'half');
    await installModules(action, systemOf(root));
    expect(readFileSync(join(treeOf(root), 'kernel/fs/a.ko'), 'utf8')).toBe('module');
    expect(readdirSync(join(root, 'usr/lib/modules'))).toEqual([release]);
  });
});

describe('the script of a payload', () => {
  const scriptDigest = createHash('sha256').update('#!/bin/sh\n').digest('hex');

  test('is written as it is, for root alone', async () => {
    const { root, action } = machineWith('--gzip', 'gz');
    mkdirSync(join(root, 'gandi'));
    const { payload } = action;
    await storeScript({ kind: 'store-script', payload, digest: scriptDigest, path: '/gandi/script' }, systemOf(root));
    expect(readFileSync(join(root, 'gandi/script'), 'utf8')).toBe('#!/bin/sh\n');
    expect(lstatSync(join(root, 'gandi/script')).mode).toBe(0o100600);
  });

  test('that is not the one of before leaves the old one, and no part of itself', async () => {
    const { root, action } = machineWith('--gzip', 'gz');
    write(join(root, 'gandi/script'), 'old');
    const { payload } = action;
    const other = { kind: 'store-script', payload, digest: 'f'.repeat(64), path: '/gandi/script' } as const;
    await expect(storeScript(other, systemOf(root))).rejects.toMatchObject({ code: 'payload.changed' });
    expect(readFileSync(join(root, 'gandi/script'), 'utf8')).toBe('old');
    expect(readdirSync(join(root, 'gandi'))).toEqual(['script']);
  });
});
