import { expect, test } from 'vitest';
import { diskLanes } from '../../../../src/agent/disk/disk-events.ts';
import type { SpooledEvent } from '../../../../src/agent/event/spool.ts';

function lanesOf(devicePath: string, properties: Record<string, string>): string[] {
  const event: SpooledEvent = {
    entry: '1-disk',
    sequence: 1,
    handler: 'disk',
    action: 'add',
    devicePath,
    spooledAt: 1,
    properties,
  };
  return diskLanes(event);
}

const folderLane = (label: string) => lanesOf('/devices/x/block/sdb', { ID_FS_LABEL_ENC: label })[1];

test.each([
  ['data', 'data_2'],
  ['data_3', 'data_2'],
  ['data', 'data_2_2'],
])('disks labelled %s and %s may want the same folder, and have one lane', (one, other) => {
  expect(folderLane(one)).toBe(folderLane(other));
});

test.each([
  ['data', 'web'],
  ['disk1', 'disk2'],
])('disks labelled %s and %s are mounted at the same time', (one, other) => {
  expect(folderLane(one)).not.toBe(folderLane(other));
});

test('a partition without a label has the lane of what its folder is called', () => {
  const partition = lanesOf('/devices/x/block/sdb/sdb1', { ID_SERIAL_SHORT: 'disk-42', PARTN: '1' });
  expect(partition).toContain('folder disk-42-part1');
  expect(partition[1]).toBe(folderLane('disk-42-part1'));
  expect(lanesOf('/devices/x/block/sdb/sdb1', { PARTN: '1' })).toContain('folder sdb-part1');
});
