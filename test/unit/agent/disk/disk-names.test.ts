import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDiskNames, writeDiskName } from '../../../../src/agent/disk/disk-names.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const disk = { serial: 'disk-42', location: 'pci-0000:00:05.0-scsi-0:0:0:1' };

test('disks that are named at the same time do not lose their names to each other', async () => {
  const { system } = await machineTree({ '/var/lib/x': '' });
  const uuids = Array.from({ length: 30 }, (_, index) => `0000-${index}`);
  await Promise.all(uuids.map((uuid) => writeDiskName(system, uuid, { ...disk, name: `name-${uuid}` })));
  const names = await readDiskNames(system);
  expect(names.size).toBe(30);
  expect(names.get('0000-7')).toMatchObject({ ...disk, name: 'name-0000-7' });
});

test.each(['../../etc/passwd', '.hidden', 'a/b', '-x', 'a'.repeat(65), ''])(
  'a UUID that is not a name of a file is not kept: %j',
  async (uuid) => {
    const { system, root } = await machineTree({ '/var/lib/x': '' });
    await writeDiskName(system, uuid, { ...disk, name: 'data' });
    expect(await readDiskNames(system)).toEqual(new Map());
    expect(await readdir(join(root, 'var/lib'))).toEqual(['x']);
  },
);

test('of a disk that is only mounted where an assignment says its serial is kept, and no name', async () => {
  const { system, root } = await machineTree({ '/var/lib/x': '' });
  await writeDiskName(system, '0000-1', { ...disk, name: null });
  expect((await readDiskNames(system)).get('0000-1')).toMatchObject({ ...disk, name: null });
  // An older version takes the first line for a name, and an empty one for nothing.
  expect(await readFile(join(root, 'var/lib/gandi/disk-names/0000-1'), 'utf8')).toMatch(/^\n\{/);
});

test('a file without a name and a serial is nothing', async () => {
  const { system } = await machineTree({ '/var/lib/gandi/disk-names/0000-1': '\n' });
  expect(await readDiskNames(system)).toEqual(new Map());
});
