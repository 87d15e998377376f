import { expect, test } from 'vitest';
import { reportDisks } from '../../../../src/agent/mount/report-disks.ts';
import type { TimelineEntry } from '../../../../src/agent/event/timeline.ts';
import { record } from '../disk/disk-example.ts';

const nothing = { records: [], answers: [], waiting: [], withUdev: [], seconds: 120 };

const answer = (device: string, failures: string[]): TimelineEntry => ({
  sequence: 1,
  firstSequence: 1,
  diskSequence: 7,
  isSynthetic: false,
  handler: 'disk',
  device,
  action: 'add',
  seenAt: null,
  spooledAt: 1,
  startedAt: 2,
  endedAt: 3,
  events: 1,
  changed: [],
  failures,
});

const waiting = (device: string) => ({
  entry: '9-disk',
  sequence: 9,
  handler: 'disk',
  action: 'add',
  devicePath: `/devices/x/block/${device.slice(5)}`,
  spooledAt: 1,
  properties: { DEVNAME: device },
});

test('each disk is told of with what was done, in order', () => {
  const records = [
    { ...record, device: '/dev/sdc', note: 'left alone: it carries no file system' },
    { ...record, device: '/dev/sdb', note: 'mounted at /srv/data' },
  ];
  expect(reportDisks({ ...nothing, records })).toEqual([
    { step: '/dev/sdb', changed: ['/dev/sdb: mounted at /srv/data'], failure: null, skipped: false },
    { step: '/dev/sdc', changed: ['/dev/sdc: left alone: it carries no file system'], failure: null, skipped: false },
  ]);
});

test('a disk that failed is a failure with its reason, and none once it came right', () => {
  const failure = answer('/dev/sdb', ['mount failed']);
  expect(reportDisks({ ...nothing, answers: [failure] })).toMatchObject([
    { step: '/dev/sdb', failure: { code: 'mount.disk-failed', cause: 'mount failed' } },
  ]);
  expect(reportDisks({ ...nothing, answers: [failure, answer('/dev/sdb', [])] })).toEqual([]);
});

test('of two disks the one that hangs is a failure, in our hands or in those of udev, and the other is not', () => {
  const records = [record];
  const outcomes = reportDisks({
    ...nothing,
    records,
    waiting: [waiting('/dev/sdc')],
    withUdev: ['/dev/sdd'],
  });
  expect(outcomes).toMatchObject([
    { step: '/dev/sdb', failure: null },
    { step: '/dev/sdc', failure: { code: 'mount.disk-hangs' } },
    { step: '/dev/sdd', failure: { code: 'mount.disk-hangs', message: expect.stringContaining('udev') } },
  ]);
});
