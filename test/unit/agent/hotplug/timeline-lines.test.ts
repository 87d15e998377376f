import { expect, test } from 'vitest';
import { hotplug } from '../../../../src/agent/hotplug/hotplug.ts';
import { renderTimeline } from '../../../../src/agent/hotplug/timeline-lines.ts';
import { readTimeline, type TimelineEntry } from '../../../../src/agent/event/timeline.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const entry: TimelineEntry = {
  sequence: 1412,
  firstSequence: 1410,
  diskSequence: 7,
  seenAt: 41.9,
  handler: 'disk',
  device: '/dev/sdb',
  action: 'add',
  spooledAt: 42,
  startedAt: 42.4,
  endedAt: 42.65,
  events: 2,
  changed: ['mount /dev/sdb (ext4) at /srv/data'],
  failures: [],
};

test('one line an answer, with what udev, the queue and the answer took, and below what was done', () => {
  expect(renderTimeline([entry])).toEqual([
    '     seqnum         at       udev      queue   handling      total  event',
    '  1410-1412    42.00 s     100 ms     400 ms     250 ms     750 ms  add /dev/sdb (disk 7)',
    `${' '.repeat(70)}mount /dev/sdb (ext4) at /srv/data`,
  ]);
});

test('what is not known is a hyphen, and a failure is told', () => {
  const lines = renderTimeline([
    { ...entry, firstSequence: 1412, seenAt: null, diskSequence: null, failures: ['x: busy'] },
  ]);
  expect(lines[1]).toMatch(/^ +1412 +42\.00 s +- +400 ms +250 ms +650 ms {2}add \/dev\/sdb$/);
  expect(lines.at(-1)?.trim()).toBe('FAILED x: busy');
});

test('an event keeps its SEQNUM and DISKSEQ to the end', async () => {
  const properties = {
    SEQNUM: '91',
    ACTION: 'add',
    DEVPATH: '/devices/x/block/sdb',
    DEVNAME: '/dev/sdb',
    DISKSEQ: '12',
    USEC_INITIALIZED: '1500000',
    GANDI_HANDLER: 'disk',
    GANDI_SPOOLED_AT: '1.75',
  };
  const { system } = await machineTree({
    '/etc/default/gandi': 'CONFIG_HOTPLUG_LINGER=0\n',
    '/proc/self/mountinfo': '',
    '/run/gandi/spool/91-disk': Object.entries(properties)
      .map(([key, value]) => `${key}=${value}\0`)
      .join(''),
  });
  await hotplug(system);
  expect(await readTimeline(system)).toMatchObject([
    { sequence: 91, firstSequence: 91, diskSequence: 12, seenAt: 1.5, spooledAt: 1.75 },
  ]);
});
