import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { previewHotplug } from '../../../../src/agent/hotplug/preview.ts';
import { previewMount } from '../../../../src/agent/disk/preview.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine } from '../facts/fake-machine.ts';

const properties = { GANDI_DATA_DISK: '1', ID_FS_TYPE: 'ext4', ID_FS_USAGE: 'filesystem', ID_FS_LABEL_ENC: 'data' };
const world = {
  '/proc/self/mountinfo': '22 1 254:1 / / rw - ext4 /dev/root rw\n',
  // A link, as the kernel has it.
  '/sys/class/block/sdb': '->../../block/sdb',
  '/sys/block/sdb/dev': '8:16\n',
  '/sys/block/sdb/size': '131072\n',
  '/sys/block/sdb/diskseq': '7\n',
};
const event = {
  SEQNUM: '9',
  ACTION: 'add',
  DEVPATH: '/devices/x/block/sdb',
  DEVNAME: '/dev/sdb',
  DISKSEQ: '7',
  GANDI_HANDLER: 'disk',
  GANDI_SPOOLED_AT: '1',
  ...properties,
};
const spool = {
  '/run/gandi/spool/9-disk': Object.entries(event)
    .map(([key, value]) => `${key}=${value}\0`)
    .join(''),
  '/run/gandi/spool/10-disk': 'no event',
};

/** A machine whose udev knows these properties of every disk. */
function knownToUdev({ processes, ...system }: System, known: Readonly<Record<string, string>>): System {
  const stdout = Object.entries(known)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
  return { ...system, processes: { ...processes, run: async () => ({ exitCode: 0, stdout, stderr: '' }) } };
}

test('hotplug --dry-run shows what it would do about the events that wait, and leaves all of them', async () => {
  const system = await fakeMachine({ ...world, ...spool });
  expect(await previewHotplug(system)).toContain('attach /dev/sdb: mount /dev/sdb (ext4) at /srv/data');
  expect((await readdir(system.root, { recursive: true })).filter((name) => name.startsWith('run/'))).toHaveLength(4);
  expect(await readdir(join(system.root, 'run/gandi/spool'))).toEqual(['10-disk', '9-disk']);
});

test('mount --dry-run shows what it would do about the disks that are attached, and changes nothing', async () => {
  const system = await fakeMachine(world);
  const lines = await previewMount(knownToUdev(system, properties));
  expect(lines).toContain('attach /dev/sdb: mount /dev/sdb (ext4) at /srv/data');
  expect(await readdir(system.root)).toEqual(['proc', 'sys']);
});

test('mount --dry-run says nothing of a disk that no rule marks', async () => {
  const system = await fakeMachine(world);
  expect(await previewMount(knownToUdev(system, { ...properties, GANDI_DATA_DISK: '' }))).toEqual([]);
});
