import { expect, test } from 'vitest';
import { expelDiskKind } from '../../../../src/agent/disk/expel-disk.ts';
import { isSwapped } from '../../../../src/agent/disk/swapped-disk-decision.ts';
import { expelSwappedDisks, observeDisksGone, planExpulsion } from '../../../../src/agent/disk/swapped-disks.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine, sysfsDevice, type Tree } from '../facts/fake-machine.ts';
import { record } from './disk-example.ts';

const action = {
  kind: 'expel-disk',
  disk: '/dev/sdi',
  diskSequence: 7,
  knownSerial: 'vol-a',
  serialNow: 'vol-b',
} as const;
const { flags } = parseFlags('');
const swapped = { flags, disksGone: 8, knownSerial: 'vol-a', serialNow: 'vol-b' };

test('row 1: with CONFIG_ALLOW_MOUNT=0 no disk is asked', async () => {
  const off = parseFlags('CONFIG_ALLOW_MOUNT=0').flags;
  expect(isSwapped({ ...swapped, flags: off })).toBe(false);
  const { system, asked } = await machine({ ...disk, ...goneRecords(8) }, 'vol-b');
  expect(await expelSwappedDisks(off, system)).toEqual([]);
  expect(asked).toEqual([]);
});

test('row 2: where fewer disks are gone than the kernel keeps changes, it has heard of each', () => {
  expect(isSwapped({ ...swapped, disksGone: 7 })).toBe(false);
});

test('row 3: a disk without a serial, or that does not answer, is left as it is', () => {
  expect(isSwapped({ ...swapped, knownSerial: undefined })).toBe(false);
  expect(isSwapped({ ...swapped, serialNow: undefined })).toBe(false);
});

test('row 4: the disk that it was is left as it is', () => {
  expect(isSwapped({ ...swapped, serialNow: swapped.knownSerial })).toBe(false);
});

test('row 5: another disk is in its place', () => {
  expect(isSwapped(swapped)).toBe(true);
  expect(planExpulsion({ ...swapped, disk: { path: '/dev/sdi', diskSequence: 7 } })).toEqual([
    { name: 'expel /dev/sdi', actions: [action] },
  ]);
});

const page80 = (serial: string) => Buffer.from([0, 0x80, 0, serial.length, ...Buffer.from(serial)]);
const device = '/sys/devices/host0/target0:0:8/0:0:8:0';
const disk: Tree = {
  '/sys/class/block/sdi': '->../../devices/host0/target0:0:8/0:0:8:0/block/sdi',
  '/sys/block/sdi': '->../devices/host0/target0:0:8/0:0:8:0/block/sdi',
  ...sysfsDevice(
    `${device}/block/sdi`,
    { dev: '8:128', size: '16384', diskseq: '7' },
    { device: '->../../../0:0:8:0' },
  ),
  [`${device}/subsystem`]: '->../../../../bus/scsi',
  [`${device}/state`]: 'running\n',
  [`${device}/rescan`]: '',
  [`${device}/vpd_pg80`]: page80('vol-b'),
  [`${device}/delete`]: '',
  '/sys/class/scsi_host/host0/scan': '',
  '/run/gandi/disks/sdi@7.json': JSON.stringify({
    ...record,
    key: 'sdi@7',
    device: '/dev/sdi',
    majorMinor: '8:128',
    serial: 'vol-a',
  }),
};
const goneRecords = (count: number): Tree =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const key = `sd${String.fromCharCode(106 + index)}@${index + 20}`;
      return [`/run/gandi/disks/${key}.json`, JSON.stringify({ ...record, key })];
    }),
  );

/** A machine on which a disk says this serial when it is asked. */
async function machine(tree: Tree, serialNow: string) {
  const whole = await fakeMachine(tree);
  const asked: string[] = [];
  const run = (tool: string, args: readonly string[]) => {
    asked.push(tool.split('/').at(-1) ?? '');
    expect(args).toContain('--device=/dev/sdi');
    return Promise.resolve({ exitCode: 0, stdout: `ID_SCSI=1\nID_SCSI_SERIAL=${serialNow}\n`, stderr: '' });
  };
  return { system: { ...whole, processes: { ...whole.processes, run } } as System, asked };
}

const stateOf = (system: System) => system.files.read(`${device}/state`);

test('disks that are gone are counted by their records, and a disk with its partitions is one', async () => {
  const partition = { '/run/gandi/disks/sdj1@20.json': '{}', '/run/gandi/disks/vdb@3.json': '{}' };
  const { system } = await machine({ ...disk, ...goneRecords(2), ...partition }, '');
  expect([...(await observeDisksGone(system))].toSorted()).toEqual(['20', '21']);
});

test('with eight disks gone a swapped disk is set offline before it is deleted, and its address is looked at again', async () => {
  const { system } = await machine({ ...disk, ...goneRecords(8) }, 'vol-b');
  const outcomes = await expelSwappedDisks(flags, system);
  expect(outcomes).toMatchObject([{ failure: null, changed: [expect.stringContaining('let go of /dev/sdi')] }]);
  expect(await stateOf(system)).toBe('offline\n');
  expect(await system.files.read(`${device}/delete`)).toBe('1\n');
  expect(await system.files.read('/sys/class/scsi_host/host0/scan')).toBe('0 8 0\n');
});

test('with seven gone no disk is asked; with eight each once, until another one goes', async () => {
  const seven = await machine({ ...disk, ...goneRecords(7) }, 'vol-b');
  expect(await expelSwappedDisks(flags, seven.system)).toEqual([]);
  expect(seven.asked).toEqual([]);

  const { system, asked } = await machine({ ...disk, ...goneRecords(8) }, 'vol-a');
  expect(await expelSwappedDisks(flags, system)).toEqual([]);
  await expelSwappedDisks(flags, system);
  expect(asked.filter((tool) => tool === 'scsi_id')).toHaveLength(1);
  await system.files.replace('/run/gandi/disks/sdz@99.json', '{}', { mode: 0o644 });
  await expelSwappedDisks(flags, system);
  expect(asked.filter((tool) => tool === 'scsi_id')).toHaveLength(2);
});

test('the kernel reads the serial again before it lets go of a disk, and another one of its name is not touched', async () => {
  const { system } = await machine({ ...disk, [`${device}/vpd_pg80`]: page80('vol-a') }, 'vol-b');
  await expect(expelDiskKind.apply(action, system)).rejects.toMatchObject({ code: 'disk.two-serials' });
  expect(await system.files.read(`${device}/rescan`)).toBe('1\n');
  await expect(expelDiskKind.apply({ ...action, diskSequence: 6 }, system)).rejects.toMatchObject({
    code: 'disk.replaced',
  });
  expect(await stateOf(system)).toBe('running\n');
});
