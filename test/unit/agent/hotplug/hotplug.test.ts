import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { hotplug } from '../../../../src/agent/hotplug/hotplug.ts';
import { readTimeline } from '../../../../src/agent/event/timeline.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const world = { '/etc/default/gandi': 'CONFIG_HOTPLUG_LINGER=0\n', '/proc/self/mountinfo': '' };

function spooled(
  sequence: number,
  kernelName: string,
  properties: Record<string, string> = {},
): Record<string, string> {
  const event = {
    SEQNUM: String(sequence),
    ACTION: 'remove',
    DEVPATH: `/devices/pci0000:00/block/${kernelName}`,
    DEVNAME: `/dev/${kernelName}`,
    GANDI_HANDLER: 'disk',
    GANDI_SPOOLED_AT: '1.00',
    ...properties,
  };
  const text = Object.entries(event).map(([key, value]) => `${key}=${value}\0`);
  return { [`/run/gandi/spool/${sequence}-disk`]: text.join('') };
}

test('an empty spool is nothing to do', async () => {
  const { system } = await machineTree(world);
  expect(await hotplug(system)).toEqual({ handled: 0, failed: 0 });
});

test('every event leaves the spool once its device was looked at, and is in the timeline', async () => {
  const { system, root } = await machineTree({
    ...world,
    ...spooled(1, 'sdb'),
    ...spooled(2, 'sdc'),
    ...spooled(3, 'sdb'),
  });
  expect(await hotplug(system)).toEqual({ handled: 2, failed: 0 });
  expect(await readdir(join(root, 'run/gandi/spool'))).toEqual([]);
  const timeline = await readTimeline(system);
  expect(timeline).toHaveLength(2);
  expect(timeline).toContainEqual(expect.objectContaining({ device: '/dev/sdb', events: 2, sequence: 3 }));
  expect(timeline).toContainEqual(expect.objectContaining({ device: '/dev/sdc', events: 1, sequence: 2 }));
});

test('more devices than are worked on at once: none is lost', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `sd${String.fromCharCode(97 + (index % 26))}${index}`);
  const events = names.map((name, index) => spooled(index + 1, name));
  const { system } = await machineTree(Object.assign({}, world, ...events));
  expect(await hotplug(system)).toEqual({ handled: 30, failed: 0 });
});

test('what is not an event is removed and reported', async () => {
  const { system, root, log } = await machineTree({ ...world, '/run/gandi/spool/9-disk': 'rubbish' });
  expect(await hotplug(system)).toEqual({ handled: 0, failed: 0 });
  expect(await readdir(join(root, 'run/gandi/spool'))).toEqual([]);
  expect(log).toEqual(['error: /run/gandi/spool/9-disk: not an event of udev, removed']);
});

test('a device that cannot be looked at is reported and does not keep the others waiting', async () => {
  const { system, root } = await machineTree({
    ...spooled(1, 'sdb'),
    ...spooled(2, 'sdc'),
    '/etc/default/gandi': 'CONFIG_HOTPLUG_LINGER=0',
  });
  expect(await hotplug(system)).toEqual({ handled: 2, failed: 2 });
  const timeline = await readFile(join(root, 'run/gandi/timeline.jsonl'), 'utf8');
  expect(timeline).toContain('cannot tell what is mounted');
  expect(await readdir(join(root, 'run/gandi/spool'))).toEqual([]);
});

describe('a device that cannot be looked at', () => {
  const unreadable = { '/etc/default/gandi': 'CONFIG_HOTPLUG_LINGER=0' };
  const added = { ACTION: 'add', DEVTYPE: 'disk', DISKSEQ: '7' };
  const sysfs = '/sys/devices/pci0000:00/block/sdb';

  test.each<[what: string, tree: Record<string, string>]>([
    ['has gone', {}],
    ['is another one by now', { [`${sysfs}/diskseq`]: '8\n' }],
  ])('is a note and no failure if it %s', async (_, tree) => {
    const { system, root, log } = await machineTree({ ...unreadable, ...spooled(1, 'sdb', added), ...tree });
    expect(await hotplug(system)).toEqual({ handled: 1, failed: 0 });
    expect(log).toEqual(['info: /devices/pci0000:00/block/sdb: the device went meanwhile, so this was not done']);
    expect(await readdir(join(root, 'run/gandi/spool'))).toEqual([]);
    expect(await readFile(join(root, 'run/gandi/timeline.jsonl'), 'utf8')).toContain('the device went meanwhile');
  });

  test('is a note if its partition table went with it', async () => {
    const part = { DEVPATH: '/devices/pci0000:00/block/sdb/sdb1', ACTION: 'add', DEVTYPE: 'partition', DISKSEQ: '7' };
    const tree = { [`${sysfs}/sdb1/partition`]: '1\n', [`${sysfs}/diskseq`]: '8\n' };
    const { system } = await machineTree({ ...unreadable, ...spooled(1, 'sdb1', part), ...tree });
    expect(await hotplug(system)).toEqual({ handled: 1, failed: 0 });
  });

  test.each<[what: string, properties: Record<string, string>, tree: Record<string, string>]>([
    ['is still there', added, { [`${sysfs}/diskseq`]: '7\n' }],
    ['is there, and the kernel counts no disks', { ACTION: 'change' }, { [`${sysfs}/size`]: '8192\n' }],
    ['has gone, and this was its removal', { ...added, ACTION: 'remove' }, {}],
  ])('is a failure if it %s', async (_, properties, tree) => {
    const { system } = await machineTree({ ...unreadable, ...spooled(1, 'sdb', properties), ...tree });
    expect(await hotplug(system)).toEqual({ handled: 1, failed: 1 });
  });

  test('is waited for while the kernel takes it away', async () => {
    const tree = { [`${sysfs}/diskseq`]: '7\n' };
    const { system, root } = await machineTree({ ...unreadable, ...spooled(1, 'sdb', added), ...tree });
    const handled = hotplug(system);
    await setTimeout(200);
    await rm(join(root, sysfs), { recursive: true });
    expect(await handled).toEqual({ handled: 1, failed: 0 });
  });
});

test('a disk that is gone is forgotten, and its empty folder removed', async () => {
  const record = {
    key: 'sdb@7',
    device: '/dev/sdb',
    majorMinor: '8:16',
    fileSystem: 'ext4',
    uuid: null,
    mountPoint: '/srv/data',
    ownsFolder: true,
    filledBytes: null,
    note: 'mounted at /srv/data',
  };
  const { system, root } = await machineTree({
    ...world,
    ...spooled(1, 'sdb'),
    '/run/gandi/disks/sdb@7.json': JSON.stringify(record),
    '/var/lib/gandi/made-folders/data': '/srv/data',
    '/srv/other/file': '',
  });
  await system.files.makeDirectory('/srv/data', 0o755);
  expect(await hotplug(system)).toEqual({ handled: 1, failed: 0 });
  expect(await readdir(join(root, 'srv'))).toEqual(['other']);
  expect(await readdir(join(root, 'run/gandi/disks'))).toEqual([]);
});
