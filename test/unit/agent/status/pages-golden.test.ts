import { expect, describe, test } from 'vitest';
import { type Line, plainText } from '../../../../src/core/command/line.ts';
import { renderDisks } from '../../../../src/agent/disk/disk-table.ts';
import { explainDisk } from '../../../../src/agent/disk/explain-disk.ts';
import { isOurs } from '../../../../src/agent/disk/describe-disk.ts';
import { diagnose } from '../../../../src/agent/doctor/diagnose.ts';
import { observeForDoctor } from '../../../../src/agent/doctor/doctor-facts.ts';
import { renderFindings } from '../../../../src/agent/doctor/finding-lines.ts';
import type { TimelineEntry } from '../../../../src/agent/event/timeline.ts';
import { renderStatus } from '../../../../src/agent/status/status-lines.ts';
import { type StatusReport, statusReportSchema } from '../../../../src/agent/status/status-report.ts';
import { renderTimeline } from '../../../../src/agent/status/timeline-lines.ts';
import { machineTree } from '../../core/system/machine-tree.ts';
import { expectGolden } from '../../expect-golden.ts';
import { twelveDisks } from '../disk/listed-disk-example.ts';

const clock = (seconds: number) => new Date(Date.UTC(2026, 0, 31, 12) + seconds * 1000).toISOString().slice(11, 19);

const run = { result: 'done', exitCode: 0, changed: [], failures: [] } as const;
const timezone = {
  step: 'timezone',
  code: 'config.unknown-timezone',
  message:
    'Mars/Olympus: cannot set the timezone: there is none of that name (config.unknown-timezone); correct it on the platform, then stop and start the VM',
};
const stages: StatusReport['stages'] = {
  bootstrap: {
    ...run,
    changed: [],
    failures: [],
    notes: [],
    startedAt: 114.5,
    endedAt: 115.4,
    first: {
      ...run,
      startedAt: 4.2,
      endedAt: 7.1,
      changed: ['set host name web1', 'write /etc/hosts'],
      failures: [],
      notes: [],
    },
  },
  config: {
    ...run,
    result: 'failed',
    exitCode: 1,
    startedAt: 7.4,
    endedAt: 8.6,
    changed: ['write /etc/motd'],
    failures: [timezone],
    notes: [],
    first: null,
  },
  mount: {
    ...run,
    startedAt: 7.5,
    endedAt: 12.9,
    changed: ['/dev/sdb: mounted at /srv/data'],
    failures: [],
    notes: [],
    first: null,
  },
};
const entry: TimelineEntry = {
  sequence: 1412,
  firstSequence: 1410,
  diskSequence: 7,
  isSynthetic: false,
  seenAt: 9.9,
  handler: 'disk',
  device: '/dev/sdb',
  action: 'add',
  spooledAt: 10,
  startedAt: 10.4,
  endedAt: 10.65,
  events: 2,
  changed: ['mount /dev/sdb (ext4) at /srv/data', 'run hook post-disk-attach /dev/sdb ext4 /srv/data'],
  failures: [],
};
const lost =
  'the disk of /srv/old was pulled while it was mounted: what was not written to it yet is lost; next time run `gandi-agent disk detach old` first';
const events: TimelineEntry[] = [
  entry,
  {
    ...entry,
    sequence: 1500,
    firstSequence: 1500,
    device: '/dev/sdc',
    seenAt: 300,
    spooledAt: 301.25,
    startedAt: 303.5,
    endedAt: 315,
    changed: ['mount /dev/sdc (xfs) at /srv/backup', 'grow the file system of /dev/sdc at /srv/backup'],
  },
  {
    ...entry,
    sequence: 1600,
    firstSequence: 1600,
    device: '/dev/sdl',
    action: 'remove',
    seenAt: null,
    spooledAt: 400,
    startedAt: 400.01,
    endedAt: 400.2,
    changed: ['unmount /srv/old, whatever uses it'],
    failures: [lost],
  },
];
const report: StatusReport = {
  version: 1,
  agent: '3.0.0',
  host: 'web1',
  bootId: null,
  bootedAt: '2026-01-31T12:00:00.000Z',
  state: 'failed',
  waiting: ['postboot'],
  disabled: [],
  firstBoot: 'gandi-agent',
  stages,
  events: {
    handled: 6,
    waiting: 1,
    failures: [{ device: '/dev/sdl', action: 'remove', diskSequence: 7, endedAt: 400.2, failures: [lost] }],
  },
  disks: twelveDisks.filter(isOurs),
  assignmentMistakes: [],
  otherDisks: twelveDisks.filter((disk) => !isOurs(disk)).length,
  network: [{ name: 'enp0s14', macAddress: '00:16:3e:00:00:01', addresses: ['192.0.2.10/24', '2001:db8::10/64'] }],
};
const history = {
  done: ['12:00:10  mount /dev/sdb (ext4) at /srv/data'],
  users: ['postgres (812)', 'bash (1893)'],
  wantedName: undefined,
};

async function findings() {
  const { system } = await machineTree({
    '/etc/default/gandi': 'CONFIG_MOTD=0\nCONFIG_ALOW_MOUNT=1\n',
    '/proc/self/mountinfo': '22 1 8:1 / / rw - ext4 /dev/sda1 rw\n',
    '/run/gandi/status/config.json': JSON.stringify({ version: 1, stage: stages.config }),
    '/run/gandi/timeline.jsonl': events.map((each) => `${JSON.stringify(each)}\n`).join(''),
  });
  return diagnose({ ...(await observeForDoctor(system)), disks: twelveDisks });
}

const pages: Readonly<Record<string, (width: number) => Line[] | Promise<Line[]>>> = {
  status: (width) => renderStatus(report, { width, clock, isVerbose: false }),
  'disk-list': (width) => renderDisks(twelveDisks, width),
  'disk-explain': (width) =>
    twelveDisks.flatMap((disk) => [
      ...explainDisk(disk, disk.state === 'mounted' ? history : { ...history, done: [], users: [] }, width),
      '',
    ]),
  doctor: async (width) => renderFindings(await findings(), width),
  timeline: (width) =>
    renderTimeline({ version: 1, bootedAt: report.bootedAt, stages, events }, { width, clock, isBySlowness: false }),
};

describe.each([60, 120])('on a screen of %s columns', (width) => {
  test.each(Object.keys(pages))('%s', async (name) => {
    const lines = ((await pages[name]?.(width)) ?? []).map(plainText);
    expectGolden(`test/golden/pages/${name}-${width}.txt`, `${lines.join('\n')}\n`);
    expect(lines.filter((line) => line.length > width)).toEqual([]);
  });
});

test('the report that is drawn is one', () => {
  expect(statusReportSchema.parse(report)).toEqual(report);
});
