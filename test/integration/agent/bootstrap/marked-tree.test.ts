import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { bootstrap } from '../../../../src/agent/bootstrap/bootstrap.ts';
import { config } from '../../../../src/agent/config/config.ts';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';
import { requirePrograms } from '../action/loop-disk.ts';
import { imageTree } from './image-tree.ts';
import { markEverything, wasRun } from './marked-tree.ts';

beforeEach((context) => requirePrograms(context, { gcc: 'gcc' }));

/** The image of a family, whose every program and library leaves a mark. */
function markedTree(family = 'debian') {
  const root = imageTree(family);
  markEverything(root);
  return { root, system: openSystem(root, openJournal('error')) };
}

test('the marks are seen where the tree is run', () => {
  const { root } = markedTree();
  spawnSync('chroot', [root, '/usr/sbin/useradd', 'somebody']);
  expect(wasRun(root)).toBe(true);
  rmSync(join(root, 'RAN'));
  // Dynamic, and of the tree by its libraries alone.
  spawnSync('groupadd', ['--root', root, 'somebody']);
  expect(wasRun(root)).toBe(true);
});

test.each(['debian', 'redhat', 'suse', 'arch', 'alpine'])('bootstrap runs nothing of a tree of %s', async (family) => {
  const { root, system } = markedTree(family);
  const outcomes = await bootstrap(system);
  expect(wasRun(root)).toBe(false);
  expect(outcomes.filter(({ failure }) => failure !== null)).toEqual([]);
  expect(readFileSync(join(root, 'etc/passwd'), 'utf8')).toContain('\nadmin:x:1000:1000:');
});

test('config runs nothing of it, and a console whose unit may be a script gets its prompt', async () => {
  const { root, system } = markedTree();
  for (const folder of ['usr/lib/systemd/system', 'sys/class/tty/ttyS0', 'etc/init.d']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  writeFileSync(join(root, 'usr/lib/systemd/systemd'), '');
  writeFileSync(join(root, 'sys/class/tty/ttyS0/type'), '4\n');
  writeFileSync(join(root, 'etc/init.d/serial-getty@ttyS0'), '#!/bin/sh\n', { mode: 0o755 });
  // Without the unit systemctl(1) takes the script for it.
  await config(system);
  expect(wasRun(root)).toBe(false);
  const unit = '/usr/lib/systemd/system/serial-getty@.service';
  writeFileSync(join(root, unit), '[Install]\nWantedBy=getty.target\n');
  await config(system);
  const link = join(root, 'etc/systemd/system/getty.target.wants/serial-getty@ttyS0.service');
  expect(readlinkSync(link)).toBe(unit);
  expect(existsSync(join(root, 'RAN'))).toBe(false);
});
