import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeDiskRecord, writeDiskRecord } from '../../../../src/agent/disk/disk-records.ts';
import { hostRecordSchema, renderHostLine } from '../../../../src/core/host-port/host-record.ts';
import { beginTelling, tellBoot } from '../../../../src/agent/host-port/tell-host.ts';
import { mountedRecord } from './told-example.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const port = '/dev/virtio-ports/org.gandi.agent.0';
const disk = { kernelName: 'sdb', diskSequence: 7, startedAt: 0 };
const record = mountedRecord('/srv/däta\n');

/** A machine whose port is a file that keeps what is written to it; every line in turn has the place of the one before. */
async function machineWithPort(files: Readonly<Record<string, string>> = { [port]: '' }) {
  const tree = await machineTree(files);
  const told = async () => {
    const text = await readFile(join(tree.root, port), 'utf8');
    await writeFile(join(tree.root, port), '');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => hostRecordSchema.parse(JSON.parse(line)));
  };
  return { ...tree, told };
}

test('a disk that was mounted is one record, and none when its event is replayed', async () => {
  const { system, told } = await machineWithPort();
  const tell = await beginTelling(system, disk);
  await writeDiskRecord(system, record);
  await tell(null);
  expect(await told()).toEqual([
    expect.objectContaining({
      version: 1,
      sequence: 1,
      event: 'attached',
      serial: 'vol-1',
      path: record.mountPoint,
      reason: null,
    }),
  ]);
  await (await beginTelling(system, disk))(null);
  expect(await told()).toEqual([]);
});

test('a record that a killed process may not have handed over is handed over by the next, under the same number', async () => {
  const { system, told, root } = await machineWithPort();
  const tell = await beginTelling(system, disk);
  await writeDiskRecord(system, record);
  await tell(null);
  const [before] = await told();
  const path = join(root, 'run/gandi/host/disks/sdb@7.json');
  const entry = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...entry, pending: before }));
  await (await beginTelling(system, disk))(null);
  expect(await told()).toEqual([before]);
  await (await beginTelling(system, disk))(null);
  expect(await told()).toEqual([]);
});

test('a disk that was pulled and comes back is told of each time', async () => {
  const { system, told } = await machineWithPort();
  const happens = async (change: () => Promise<void>) => {
    const tell = await beginTelling(system, disk);
    await change();
    await tell(null);
    return (await told()).map(({ event, reason, sequence }) => ({ event, reason, sequence }));
  };
  const mount = () => writeDiskRecord(system, record);
  expect(await happens(mount)).toEqual([{ event: 'attached', reason: null, sequence: 1 }]);
  const gone = await happens(() => removeDiskRecord(system, record.key));
  expect(gone).toEqual([{ event: 'detached', reason: 'disk.gone', sequence: 2 }]);
  expect(await happens(mount)).toEqual([{ event: 'attached', reason: null, sequence: 3 }]);
});

test.each([
  ['the one that goes', 7, null],
  ['the one that comes', 8, 'hook.failed'],
])(
  'a disk that comes with the name of one that goes is told of, whichever the event is of: %s',
  async (_, diskSequence, failure) => {
    const { system, told } = await machineWithPort();
    const refused = { ...record, mountPoint: null, refusal: 'blank' };
    const first = await beginTelling(system, disk);
    await writeDiskRecord(system, refused);
    await first(null);
    expect(await told()).toMatchObject([{ event: 'refused', serial: 'vol-1' }]);
    const tell = await beginTelling(system, { ...disk, diskSequence });
    await removeDiskRecord(system, refused.key);
    await writeDiskRecord(system, { ...record, key: 'sdb@8', serial: 'vol-2' });
    await tell(failure);
    expect(await told()).toMatchObject([{ event: 'attached', serial: 'vol-2', reason: failure }]);
  },
);

test('two processes that answer for one disk tell of it once', async () => {
  const { system, root } = await machineWithPort();
  const tellings = await Promise.all([beginTelling(system, disk), beginTelling(system, disk)]);
  await writeDiskRecord(system, record);
  await Promise.all(tellings.map((tell) => tell(null)));
  expect((await readFile(join(root, port), 'utf8')).match(/attached/g)).toHaveLength(1);
});

test('a partition is told of with its own event, and of what becomes of it with that of its disk', async () => {
  const part = { ...record, key: 'sdb1@7', device: '/dev/sdb1', majorMinor: '8:17', filledBytes: null };
  const disk1 = { ...disk, kernelName: 'sdb1' };
  const { system, root, told } = await machineWithPort({
    [port]: '',
    '/sys/devices/block/sdb/size': '4096\n',
    '/sys/devices/block/sdb/dev': '8:16\n',
    '/sys/devices/block/sdb/diskseq': '7\n',
    '/sys/devices/block/sdb/sdb1/size': '2048\n',
    '/sys/devices/block/sdb/sdb1/start': '1\n',
    '/sys/devices/block/sdb/sdb1/dev': '8:17\n',
    '/sys/devices/block/sdb/sdb1/partition': '1\n',
  });
  await mkdir(join(root, 'sys/class/block'), { recursive: true });
  await mkdir(join(root, 'sys/block'), { recursive: true });
  await symlink('../devices/block/sdb', join(root, 'sys/block/sdb'));
  await symlink('../../devices/block/sdb', join(root, 'sys/class/block/sdb'));
  await symlink('../../devices/block/sdb/sdb1', join(root, 'sys/class/block/sdb1'));
  const events = async (of: typeof disk) => {
    await (await beginTelling(system, of))(null);
    return (await told()).map(({ event, device, bytes }) => [event, device, bytes]);
  };
  await writeDiskRecord(system, part);
  expect(await events(disk)).toEqual([]);
  await writeDiskRecord(system, { ...part, filledBytes: 1024 * 1024 });
  expect(await events(disk1)).toEqual([['attached', '/dev/sdb1', 1024 * 1024]]);
  await writeDiskRecord(system, { ...part, filledBytes: 2 * 1024 * 1024 });
  expect(await events(disk)).toEqual([['grown', '/dev/sdb1', 1024 * 1024]]);
});

test('what is built on a disk is told of by the serial of the disk, and its detach is one record', async () => {
  const { system, told } = await machineWithPort();
  const member = { ...record, mountPoint: null, refusal: 'in-use' };
  const volume = {
    ...record,
    key: 'dm-0@12',
    device: '/dev/dm-0',
    majorMinor: '253:0',
    serial: null,
    beneath: [member.key],
  };
  const ofVolume = { ...disk, kernelName: 'dm-0', diskSequence: 12 };
  const events = async (
    of: Parameters<typeof beginTelling>[1],
    change: () => Promise<void> = async () => undefined,
  ) => {
    const tell = await beginTelling(system, of);
    await change();
    await tell(null);
    return (await told()).map(({ event, device, serial, reason }) => [event, device, serial, reason]);
  };
  await writeDiskRecord(system, member);
  await writeDiskRecord(system, volume);
  expect(await events(ofVolume)).toEqual([['attached', '/dev/dm-0', 'vol-1', null]]);
  const detached = await events({ ...disk, isByCommand: true, isDetach: true }, async () => {
    await removeDiskRecord(system, volume.key);
    await writeDiskRecord(system, { ...member, refusal: null, isDetached: true });
  });
  expect(detached).toEqual([['detached', '/dev/dm-0', 'vol-1', null]]);
  expect(await events(ofVolume)).toEqual([]);
  expect(await events(disk, () => removeDiskRecord(system, member.key))).toEqual([]);
});

test('of several disks beneath the one that came last gives the serial', async () => {
  const { system, told } = await machineWithPort();
  const last = { ...record, key: 'sda@9', serial: 'vol-2', mountPoint: null };
  await writeDiskRecord(system, { ...record, mountPoint: null });
  await writeDiskRecord(system, last);
  const tell = await beginTelling(system, { ...disk, kernelName: 'md0', diskSequence: 12 });
  await writeDiskRecord(system, { ...record, key: 'md0@12', serial: null, beneath: ['sdb@7', 'sda@9'] });
  await tell(null);
  expect(await told()).toMatchObject([{ event: 'attached', serial: 'vol-2' }]);
});

test('the end of the boot is a record', async () => {
  const { system, told } = await machineWithPort();
  await tellBoot(system, 'timezone.unknown', 61.23456);
  expect(await told()).toEqual([
    {
      version: 1,
      sequence: 1,
      event: 'booted',
      serial: null,
      device: null,
      path: null,
      bytes: null,
      reason: 'timezone.unknown',
      seconds: 61.235,
    },
  ]);
});

test.each<[what: string, files: Record<string, string>]>([
  ['there is no port', {}],
  ['CONFIG_HOST_PORT=0', { [port]: '', '/etc/default/gandi': 'CONFIG_HOST_PORT=0\n' }],
])('nothing is told or kept where %s', async (_, files) => {
  const { system, log, root } = await machineWithPort(files);
  const tell = await beginTelling(system, disk);
  await writeDiskRecord(system, record);
  await tell(null);
  await tellBoot(system, null, 61);
  expect(await readFile(join(root, port), 'utf8').catch(() => '')).toBe('');
  expect(await system.files.list('/run/gandi/host')).toEqual([]);
  expect(log).toEqual([]);
});

test('a record that nobody takes is in the journal, and the next has the next number', async () => {
  const { system, log, root, told } = await machineWithPort({});
  // A link of udev's whose device has gone meanwhile.
  await mkdir(join(root, port, '..'), { recursive: true });
  await symlink('/nowhere', join(root, port));
  const tell = await beginTelling(system, disk);
  await writeDiskRecord(system, record);
  await tell(null);
  expect(log).toEqual([
    expect.stringMatching(/^warn: record 1 \(attached \/dev\/sdb\) was not handed over: .*the host does not take/),
  ]);
  await rm(join(root, port));
  await writeFile(join(root, port), '');
  await tellBoot(system, null, 61);
  expect(await told()).toEqual([expect.objectContaining({ sequence: 2 })]);
});

test('a line is one line of ASCII, whatever is in a name', () => {
  const line = renderHostLine({ path: '/srv/ä\n\u2028\u202e\u0000\u007f😀' });
  expect(line).toMatch(/^[\x20-\x7e]+\n$/);
  expect(JSON.parse(line)).toEqual({ path: '/srv/ä\n\u2028\u202e\u0000\u007f😀' });
});
