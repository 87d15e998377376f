import { expect, test } from 'vitest';
import type { System } from '../../../../src/core/system/system.ts';
import type { DiskRecord } from '../../../../src/agent/disk/disk-records.ts';
import { reportBrokenStacks } from '../../../../src/agent/disk/report-broken-stacks.ts';
import { fakeMachine } from '../facts/fake-machine.ts';
import { record } from './disk-example.ts';

const mapping = (number: number, beneath: readonly string[]): DiskRecord => ({
  ...record,
  key: `dm-${number}@${number}`,
  device: `/dev/dm-${number}`,
  majorMinor: `253:${number}`,
  beneath,
});

/** A volume on an open container on sdb, a second one beside it on sdc. @param disks those that are there */
async function reported(disks: readonly string[], except?: string) {
  const records = [mapping(0, ['sdb@7']), mapping(1, ['dm-0@0', 'sdb@7']), mapping(2, ['sdc@8'])];
  const system = await fakeMachine({
    ...Object.fromEntries(records.map((each) => [`/run/gandi/disks/${each.key}.json`, JSON.stringify(each)])),
    ...Object.fromEntries([...disks, 'dm-0', 'dm-1', 'dm-2'].map((name) => [`/sys/class/block/${name}/dev`, '1:1\n'])),
    '/sys/class/block/dm-0/slaves/sdb': '',
    '/sys/class/block/dm-1/slaves/dm-0': '',
    '/sys/class/block/dm-2/slaves/sdc': '',
  });
  const told: unknown[] = [];
  const run: System['processes']['run'] = async (_, __, options) => {
    told.push(options?.environment);
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  await reportBrokenStacks({ ...system, processes: { ...system.processes, run } }, except);
  return told;
}

test('while all disks are there nothing is reported, and no process is started', async () => {
  expect(await reported(['sdb', 'sdc'])).toEqual([]);
});

test('the top of a stack whose disk is gone has an event, and other stacks have none', async () => {
  expect(await reported(['sdc'])).toEqual([
    { ACTION: 'change', SEQNUM: '000002531', DEVPATH: '/devices/virtual/block/dm-1', DEVNAME: '/dev/dm-1' },
  ]);
});

test('one that has just had its turn and is there still is not reported again', async () => {
  expect(await reported(['sdc'], 'dm-1')).toEqual([]);
});
