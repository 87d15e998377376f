import { type Line, styled } from '../../core/command/line.ts';
import { type Column, renderTable } from '../../core/command/render-table.ts';
import { indented } from '../../core/command/wrap-words.ts';
import type { WallClock } from '../event/wall-clock.ts';
import { type Moment, momentsOf, totalOf } from './timeline-entries.ts';
import type { TimelineReport } from './timeline-report.ts';

export interface TimelineView {
  /** Of the screen, in characters. */
  readonly width: number;
  readonly clock: WallClock;
  /** What took longest first, and no details. */
  readonly isBySlowness: boolean;
  /** Only some of it was asked for. */
  readonly isPart?: boolean;
}

const columns: readonly Column[] = [
  { title: 'AT' },
  { title: 'UDEV', isRight: true, isLeftOut: 1 },
  { title: 'WAITED', isRight: true },
  { title: 'TOOK', isRight: true },
  { title: 'WHAT' },
];

const indent = '    ';

/** The timeline for people: when it began, how long udev, the queue and the work took, and below what was done. */
export function renderTimeline(report: TimelineReport, { width, clock, isBySlowness, isPart }: TimelineView): Line[] {
  const moments = momentsOf(report);
  if (moments.length === 0)
    return [
      isPart ? 'nothing in the timeline of this boot is of that device or time' : 'the timeline of this boot is empty',
    ];
  const sorted = isBySlowness ? moments.toSorted((a, b) => totalOf(b) - totalOf(a)) : moments;
  const [heading = '', ...rows] = renderTable(
    columns,
    sorted.map((moment) => rowOf(moment, clock)),
    width,
  );
  if (isBySlowness) return [heading, ...rows];
  return [heading, ...sorted.flatMap((moment, index) => [rows[index] ?? '', ...details(moment, width)])];
}

function rowOf({ at, udev, queue, took, what, failures }: Moment, clock: WallClock) {
  const times = [udev, queue].map((seconds) => (seconds === null ? '-' : duration(seconds)));
  const end = took === null ? 'runs' : duration(took);
  return [clock(at), ...times, end, failures.length > 0 ? styled('red', what) : what];
}

function details({ changed, failures }: Moment, width: number): Line[] {
  return [
    ...changed.flatMap((line) => indented(line, indent, width)),
    ...failures.flatMap((failure) =>
      indented(`FAILED ${failure}`, indent, width).map((line): Line => [styled('red', line)]),
    ),
  ];
}

/** Three digits are what a reader compares. */
export function duration(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 99.95) return `${seconds.toFixed(seconds < 9.995 ? 2 : 1)} s`;
  return seconds < 6000 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
