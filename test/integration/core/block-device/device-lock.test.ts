import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { withDeviceLock, withLockPath, withSharedDeviceLock } from '../../../../src/core/block-device/device-lock.ts';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';
import { attachLoopDisk, requirePrograms } from '../../agent/action/loop-disk.ts';

const system = openSystem('/', openJournal('error'));

test('a device that has gone is not locked, and no file is left in its place', async () => {
  const path = join(tmpdir(), `no-such-device-${process.pid}`);
  await expect(withDeviceLock(system, path, async () => 'done')).rejects.toMatchObject({ code: 'device.locked' });
  await expect(withLockPath(system, path, async () => 'done')).rejects.toMatchObject({ code: 'device.gone' });
  expect(existsSync(path)).toBe(false);
});

test('what is not a device is not locked', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'device-lock-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'file'), '');
  await expect(withLockPath(system, join(folder, 'file'), async () => 'done')).rejects.toMatchObject({
    code: 'device.gone',
  });
});

test.for([
  { name: 'an exclusive lock', withLock: withDeviceLock, mayShare: false },
  { name: 'a shared lock', withLock: withSharedDeviceLock, mayShare: true },
])(
  '$name keeps others from a change of the disk; a shared one lets others share it',
  async ({ withLock, mayShare }, context) => {
    requirePrograms(context);
    const { path } = attachLoopDisk();
    const canLock = (kind: string) => spawnSync('flock', [kind, '--nonblock', path, 'true']).status === 0;
    await withLock(system, path, async () => {
      expect({ exclusive: canLock('--exclusive'), shared: canLock('--shared') }).toEqual({
        exclusive: false,
        shared: mayShare,
      });
    });
    expect(canLock('--exclusive')).toBe(true);
  },
);
