import { execFileSync, spawnSync } from 'node:child_process';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { observeAttached } from '../../../../src/agent/disk/observe-attached.ts';
import { silentJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';
import { attachLoopDisk, requirePrograms } from '../action/loop-disk.ts';

const mebibyte = 2 ** 20;

beforeEach((context) => requirePrograms(context, { sfdisk: 'fdisk', partx: 'util-linux' }));

test('the last partition has room up to the end of the disk, and no other has any', async () => {
  const script = 'label: dos\nstart=1MiB, size=10MiB\nstart=20MiB, size=10MiB\n';
  const disk = attachLoopDisk((device) =>
    execFileSync('sfdisk', [device], { input: script, stdio: ['pipe', 'pipe', 'pipe'] }),
  );
  spawnSync('partx', ['--delete', disk.path]);
  execFileSync('partx', ['--add', disk.path]);
  onTestFinished(() => void spawnSync('partx', ['--delete', disk.path]));
  const system = openSystem('/', silentJournal);
  const room = async (name: string) => (await observeAttached(system, name, {}, [], []))?.roomBytes;
  expect(await room(`${disk.name}p1`)).toBe(0);
  expect(await room(`${disk.name}p2`)).toBe(34 * mebibyte);
  expect(await room(disk.name)).toBe(0);
});
