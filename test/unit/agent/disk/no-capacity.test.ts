import { expect, test } from 'vitest';
import type { Action } from '../../../../src/agent/actions.ts';
import { findNamedDisk } from '../../../../src/agent/disk/manage-disk.ts';
import { observeDisk } from '../../../../src/agent/disk/observe-disk.ts';
import { planDisk } from '../../../../src/agent/disk/plan.ts';
import { readCapacityKind } from '../../../../src/agent/disk/read-capacity.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { fakeMachine } from '../facts/fake-machine.ts';
import { attached, device, diskFacts, record } from './disk-example.ts';

const { flags } = parseFlags('CONFIG_FORMAT_BLANK=ext4');
const emptyDevice = { ...device, sizeBytes: 0 };
const empty = { ...attached, device: emptyDevice, disk: emptyDevice, fileSystem: undefined, usage: undefined };

function actionsOf(...args: Parameters<typeof planDisk>): readonly Action[] {
  return planDisk(...args).flatMap(({ actions }) => actions);
}

test('the kernel is asked once more, and udev then reports what it finds; nothing is ever formatted', () => {
  const actions = actionsOf(diskFacts({ attached: empty }), flags);
  expect(actions.map(({ kind }) => kind)).toEqual(['remember-disk', 'read-capacity', 'report-device']);
  expect(actions[0]).toMatchObject({ record: { note: 'left alone: the kernel reads a capacity of 0 bytes' } });
});

test('it is asked once for an attachment, and when a person asks', () => {
  const [action] = actionsOf(diskFacts({ attached: empty }), flags);
  if (action?.kind !== 'remember-disk') throw new Error('expected it to be remembered');
  const again = { attached: empty, records: [action.record] };
  expect(actionsOf(diskFacts(again), flags)).toEqual([]);
  expect(actionsOf(diskFacts({ ...again, occasion: 'asked' }), flags)[0]).toMatchObject({ kind: 'read-capacity' });
});

test('once its capacity is known it is mounted, though it was left alone before', () => {
  const known = { ...record, mountPoint: null, refusal: 'no-capacity', note: 'left alone' };
  const actions = actionsOf(diskFacts({ records: [known] }), flags);
  expect(actions.map(({ kind }) => kind)).toContain('mount-disk');
});

const tree = (size: string) => ({
  '/sys/class/block/sdb': '->../../devices/host0/block/sdb',
  '/sys/block/sdb': '->../devices/host0/block/sdb',
  '/sys/devices/host0/block/sdb/size': `${size}\n`,
  '/sys/devices/host0/block/sdb/dev': '8:16\n',
  '/sys/devices/host0/block/sdb/diskseq': '7\n',
  '/proc/self/mountinfo': '22 1 254:1 / / rw - ext4 /dev/vda1 rw\n',
});
const rescan = { '/sys/devices/host0/block/sdb/device/rescan': '' };
const read = { kind: 'read-capacity', disk: '/dev/sdb', diskSequence: 7 } as const;

test('a disk of 0 bytes is seen', async () => {
  const system = await fakeMachine(tree('0'));
  const facts = await observeDisk(system, flags, 'sdb', { GANDI_DATA_DISK: '1', DISKSEQ: '7' }, 'attached');
  expect(facts.attached?.device.sizeBytes).toBe(0);
});

test('it is found by its name, so that a person can ask for it', async () => {
  const files = { ...tree('0'), '/sys/devices/host0/block/sdb/device/vendor': 'gandi.ne\n' };
  expect(await findNamedDisk(await fakeMachine(files), '/dev/sdb')).toMatchObject({ path: '/dev/sdb', sizeBytes: 0 });
});

test('its rescan is written to; a capacity that stays 0 is an error with the way out', async () => {
  const system = await fakeMachine({ ...tree('0'), ...rescan });
  await expect(readCapacityKind.apply(read, system)).rejects.toMatchObject({ code: 'disk.no-capacity' });
  expect(await system.files.read('/sys/block/sdb/device/rescan')).toBe('1\n');
});

test('a bus without a rescan, and another disk by that name', async () => {
  await expect(readCapacityKind.apply(read, await fakeMachine(tree('0')))).rejects.toMatchObject({
    code: 'disk.no-capacity',
  });
  await expect(
    readCapacityKind.apply({ ...read, diskSequence: 6 }, await fakeMachine(tree('0'))),
  ).rejects.toMatchObject({ code: 'disk.replaced' });
  await expect(readCapacityKind.apply(read, await fakeMachine(tree('2048')))).resolves.toBeUndefined();
});
