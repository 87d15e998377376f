import { describe, expect, test } from 'vitest';
import { plainText } from '../../../../src/core/command/line.ts';
import { withoutReplays } from '../../../../src/agent/event/replays.ts';
import { readTimeline, type TimelineEntry } from '../../../../src/agent/event/timeline.ts';
import { hotplug } from '../../../../src/agent/hotplug/hotplug.ts';
import { renderTimeline, type TimelineView } from '../../../../src/agent/status/timeline-lines.ts';
import { parseSince, readTimelineReport, type TimelineReport } from '../../../../src/agent/status/timeline-report.ts';
import { drawTimeline } from '../../../../src/agent/status/timeline-svg.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const entry: TimelineEntry = {
  sequence: 1412,
  firstSequence: 1410,
  diskSequence: 7,
  isSynthetic: false,
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

const report = (events: readonly TimelineEntry[], stages: TimelineReport['stages'] = {}): TimelineReport => ({
  version: 1,
  bootedAt: '2026-01-31T12:00:00.000Z',
  stages,
  events: [...events],
});
const clock = (seconds: number) => `12:00:${String(Math.floor(seconds)).padStart(2, '0')}`;
const drawn = (events: readonly TimelineEntry[], view: Partial<TimelineView> = {}, stages = {}) =>
  renderTimeline(report(events, stages), { width: 120, clock, isBySlowness: false, ...view }).map(plainText);

const mountStage: TimelineReport['stages'][string] = {
  result: 'done',
  exitCode: 0,
  startedAt: 40,
  endedAt: 45.2,
  changed: [],
  failures: [],
  notes: [],
  first: null,
};

test('stages and events in one order, each with what udev, the queue and the work took, and below what was done', () => {
  expect(drawn([entry], {}, { mount: mountStage })).toEqual([
    'AT          UDEV  WAITED    TOOK  WHAT',
    '12:00:40       -       -  5.20 s  mount',
    '12:00:41  100 ms  400 ms  250 ms  add /dev/sdb',
    '    mount /dev/sdb (ext4) at /srv/data',
  ]);
});

test('what is not known is a hyphen, and a failure is told', () => {
  const lines = drawn([{ ...entry, seenAt: null, failures: ['x: busy'] }]);
  expect(lines[1]).toBe('12:00:42     -  400 ms  250 ms  add /dev/sdb');
  expect(lines.at(-1)).toBe('    FAILED x: busy');
});

test('by slowness the longest comes first, without details', () => {
  const slow = { ...entry, device: '/dev/sdc', endedAt: 60 };
  expect(drawn([entry, slow], { isBySlowness: true }).map((line) => line.slice(-8))).toEqual(
    ['  WHAT', '/dev/sdc', '/dev/sdb'].map((end) => expect.stringContaining(end.trim())),
  );
});

describe('a replayed event', () => {
  const replay = { ...entry, isSynthetic: true, sequence: 1500, spooledAt: 300, startedAt: 300.1, endedAt: 300.2 };

  test('says nothing of the time that udev took: the device was met long before', () => {
    expect(withoutReplays([entry, replay]).map(({ seenAt }) => seenAt)).toEqual([41.9, null]);
    expect(withoutReplays([{ ...replay, seenAt: 20 }])[0]?.seenAt).toBeNull();
  });

  test('at boot it is the first, and says it', () => {
    expect(withoutReplays([{ ...entry, isSynthetic: true }])[0]?.seenAt).toBe(41.9);
  });
});

test.each([
  ['10min', 3400],
  ['30s', 3970],
  ['12:30', 2200],
  ['12:30:05', 2205],
])('--since %s', (text, seconds) => {
  const now = new Date(2026, 0, 31, 13, 0, 0);
  expect(parseSince(text, now, 4000)).toBe(seconds);
});

test.each(['', '25:00', 'yesterday', '10 fortnights'])('--since %j is bad usage', (text) => {
  expect(() => parseSince(text, new Date(), 4000)).toThrow(
    expect.objectContaining({ code: 'timeline.since', exitCode: 2 }),
  );
});

test('one device is chosen by its path, by its kernel name, and a stage by its own', async () => {
  const { system } = await machineTree({
    '/run/gandi/timeline.jsonl': [entry, { ...entry, device: '/dev/sdc' }]
      .map((each) => `${JSON.stringify(each)}\n`)
      .join(''),
    '/run/gandi/status/mount.json': JSON.stringify({ version: 1, stage: mountStage }),
  });
  const chosen = async (device: string) => {
    const { stages, events } = await readTimelineReport(system, { device, since: 0 });
    return [...Object.keys(stages), ...events.map((event) => event.device)];
  };
  expect(await chosen('/dev/sdb')).toEqual(['/dev/sdb']);
  expect(await chosen('sdc')).toEqual(['/dev/sdc']);
  expect(await chosen('mount')).toEqual(['mount']);
});

test('a picture: one bar for each, and no text of a device is more than text', () => {
  const svg = drawTimeline(report([{ ...entry, device: '/dev/<script>&"' }], { mount: mountStage }), clock).join('\n');
  expect(svg.match(/<g>/g)).toHaveLength(2);
  expect(svg).toContain('add /dev/&lt;script&gt;&amp;&quot;');
  expect(svg).not.toContain('<script');
  expect(svg).toMatch(/^<svg [^>]*width="\d+" height="\d+"[\s\S]*<\/svg>$/);
});

test('a picture of nothing is still one', () => {
  expect(drawTimeline(report([]), clock).at(-1)).toBe('</svg>');
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

test('a device that has a path of the kernel only is named by its end', () => {
  const device = '/devices/pci0000:00/0000:00:0e.0/virtio5/net/enp0s14';
  expect(
    drawn([{ ...entry, handler: 'nic', device }])
      .map(plainText)
      .join('\n'),
  ).toMatch(/ add enp0s14$/m);
});

test('where there is nothing, it is said of what', () => {
  expect(drawn([])).toEqual(['the timeline of this boot is empty']);
  expect(drawn([], { isPart: true })).toEqual(['nothing in the timeline of this boot is of that device or time']);
});
