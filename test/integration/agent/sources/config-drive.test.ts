import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { driveSources } from '../../../../src/agent/sources/drives.ts';
import { readDrive } from '../../../../src/agent/sources/read-drive.ts';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';
import { attachLoopDisk, requirePrograms } from '../action/loop-disk.ts';

beforeEach((context) => requirePrograms(context));

const system = openSystem('/', openJournal('error'));

/** A drive of ext4 on a real block device. */
function driveWith(fill: (folder: string) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'drive-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'openstack/latest'), { recursive: true });
  fill(join(folder, 'openstack/latest'));
  return attachLoopDisk((device) => {
    execFileSync('mke2fs', ['-q', '-t', 'ext4', '-L', 'config-2', '-d', folder, device]);
  });
}

const [source] = driveSources;
if (source === undefined) throw new Error('the first source is the config-drive');
const readConfigDrive = async (machine: typeof system, device: string) =>
  (await readDrive(machine, { source, device, trust: 'anything' })).parsed;

const mounts = () => readFileSync('/proc/self/mountinfo', 'utf8');

test('is read, byte for byte left as it is, and unmounted', async () => {
  const drive = driveWith((folder) => writeFileSync(join(folder, 'meta_data.json'), '{"name":"vm_1"}'));
  const before = await drive.digest();
  expect((await readConfigDrive(system, drive.path)).config.hostname).toBe('vm-1');
  expect(mounts()).not.toContain('/run/gandi/config-drive');
  expect(await drive.digest()).toBe(before);
});

test("two readers at once do not come in each other's way", async () => {
  const drive = driveWith((folder) => writeFileSync(join(folder, 'meta_data.json'), '{"name":"vm_1"}'));
  const both = await Promise.all([readConfigDrive(system, drive.path), readConfigDrive(system, drive.path)]);
  expect(both.map(({ config }) => config.hostname)).toEqual(['vm-1', 'vm-1']);
  expect(mounts()).not.toContain('/run/gandi/config-drive');
});

test('a mistake is told, and the drive is unmounted all the same', async () => {
  const drive = driveWith((folder) => writeFileSync(join(folder, 'meta_data.json'), '{'));
  const { mistakes } = await readConfigDrive(system, drive.path);
  expect(mistakes).toMatchObject([{ path: 'meta_data.json' }]);
  expect(mounts()).not.toContain('/run/gandi/config-drive');
});

test.each([
  ['a symbolic link to a file of the machine', (path: string) => symlinkSync('/etc/hostname', path)],
  ['a file of 2 GiB', makeHugeFile],
  ['a folder', (path: string) => mkdirSync(path)],
])('%s is not read', async (_, make) => {
  const drive = driveWith((folder) => make(join(folder, 'meta_data.json')));
  const { config, warnings } = await readConfigDrive(system, drive.path);
  expect(config.hostname).toBeNull();
  expect(warnings).toEqual([expect.stringContaining('meta_data.json')]);
});

test('another file system is refused before it is mounted', async () => {
  const swap = attachLoopDisk((device) => void execFileSync('mkswap', [device], { stdio: 'pipe' }));
  const refusal = { code: 'config-drive.file-system', subject: swap.path };
  await expect(readConfigDrive(system, swap.path)).rejects.toMatchObject(refusal);
});

function makeHugeFile(path: string): void {
  writeFileSync(path, '');
  truncateSync(path, 2 * 1024 ** 3);
}
