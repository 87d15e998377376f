import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { withDeviceLock, withLockPath } from '../../../../src/core/block-device/device-lock.ts';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';

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
