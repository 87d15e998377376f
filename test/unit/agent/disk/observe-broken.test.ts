import { expect, test } from 'vitest';
import { observeBroken } from '../../../../src/agent/disk/observe-broken.ts';
import { fakeMachine, type Tree } from '../facts/fake-machine.ts';
import { record } from './disk-example.ts';

/** As the kernel leaves it when a disk is pulled: device-mapper keeps the link to it, which leads nowhere. */
const stackOf = (disks: readonly string[], name: string, slaves: readonly string[]): Tree => ({
  [`/sys/block/${name}/dev`]: '253:0\n',
  [`/sys/class/block/${name}`]: `->../../block/${name}`,
  ...Object.fromEntries(slaves.map((slave) => [`/sys/block/${name}/slaves/${slave}`, `->../../${slave}`])),
  ...Object.fromEntries(disks.map((disk) => [`/sys/class/block/${disk}/dev`, '8:0\n'])),
});

test.each([
  ['a volume whose disks are there', 'dm-0', ['sdb', 'sdc'], ['sdb', 'sdc'], undefined],
  ['a volume of which one disk was pulled', 'dm-0', ['sdb', 'sdc'], ['sdb'], 'dm-0'],
  ['a mirror of which one disk was pulled', 'md0', ['sdb', 'sdc'], ['sdb'], undefined],
  ['a mirror of which both were pulled', 'md0', ['sdb', 'sdc'], [], 'md0'],
  ['a mirror that let go of its last member', 'md0', [], [], 'md0'],
])('%s', async (_, name, slaves, disks, broken) => {
  const machine = await fakeMachine(stackOf(disks, name, slaves));
  expect((await observeBroken(machine, name))?.layer.name).toBe(broken);
});

test('a disk, and a mapping that is gone, are not broken', async () => {
  const machine = await fakeMachine(stackOf(['sdb'], 'dm-0', ['sdb']));
  expect(await observeBroken(machine, 'sdb')).toBeUndefined();
  expect(await observeBroken(machine, 'dm-7')).toBeUndefined();
});

test.each([
  ["is the agent's, and broken with it: that one goes first", ['md0@unknown'], 'md0', { bears: ['dm-1'], arrays: [] }],
  ["is somebody else's", [], 'md0', { bears: [], arrays: [] }],
  ['has another member: it goes on', ['md0@unknown'], 'sdc', { bears: [], arrays: ['dm-1'] }],
])('what lies on a device without disks %s', async (_, beneath, slave, holders) => {
  const key = 'dm-1@4';
  const machine = await fakeMachine({
    ...stackOf(['sdc'], 'md0', ['sdb']),
    '/sys/block/md0/holders/dm-1': '',
    '/sys/block/dm-1/dev': '253:1\n',
    '/sys/class/block/dm-1': '->../../block/dm-1',
    [`/sys/block/dm-1/slaves/${slave}`]: '',
    [`/run/gandi/disks/${key}.json`]: JSON.stringify({ ...record, key, beneath }),
  });
  expect(await observeBroken(machine, 'md0')).toMatchObject(holders);
});
