import { escapeMarkup } from '../../core/text/escape-markup.ts';
import { oneLine } from '../../core/system/one-line.ts';
import type { WallClock } from '../event/wall-clock.ts';
import { type Moment, momentsOf } from './timeline-entries.ts';
import { duration } from './timeline-lines.ts';
import type { TimelineReport } from './timeline-report.ts';

const rowHeight = 22;
const labelWidth = 190;
const chartWidth = 620;
const margin = 16;
const top = 46;

/** The lines of the timeline as a picture (SVG 1.1): one bar for each stage and device, from udev's look to the end of the work. */
export function drawTimeline(report: TimelineReport, clock: WallClock): string[] {
  const moments = momentsOf(report);
  const start = Math.min(...moments.map(({ at }) => at), Number.MAX_VALUE);
  const end = Math.max(...moments.map(endOf), start + 1);
  const scale = chartWidth / (end - start);
  const height = top + moments.length * rowHeight + margin;
  const width = margin + labelWidth + chartWidth + 90;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => start + part * (end - start));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>What gandi-agent did, and when</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${margin}" y="18" font-weight="bold">gandi-agent timeline</text>`,
    ...legend(),
    ...(moments.length === 0 ? [] : ticks.flatMap((at) => tick(at, (at - start) * scale, height, clock))),
    ...moments.flatMap((moment, index) => bar(moment, (moment.at - start) * scale, index, scale)),
    '</svg>',
  ];
}

const colours = { udev: '#c5d5ea', queue: '#f4d58d', work: '#4f81bd', failed: '#c0392b' } as const;

function legend(): string[] {
  const entries = [
    ['udev', colours.udev],
    ['waiting', colours.queue],
    ['work', colours.work],
    ['failed', colours.failed],
  ] as const;
  return entries.flatMap(([text, colour], index) => {
    const x = margin + labelWidth + index * 90;
    return [
      `<rect x="${x}" y="9" width="10" height="10" fill="${colour}"/>`,
      `<text x="${x + 15}" y="18">${text}</text>`,
    ];
  });
}

function tick(at: number, offset: number, height: number, clock: WallClock): string[] {
  const x = (margin + labelWidth + offset).toFixed(1);
  return [
    `<line x1="${x}" y1="${top - 6}" x2="${x}" y2="${height - margin}" stroke="#dddddd"/>`,
    `<text x="${x}" y="${top - 10}" text-anchor="middle" fill="#666666" font-size="10">${escaped(clock(at))}</text>`,
  ];
}

function bar(moment: Moment, offset: number, index: number, scale: number): string[] {
  const { what, udev, queue, took, changed, failures } = moment;
  const y = top + index * rowHeight;
  const parts = [
    [udev ?? 0, colours.udev],
    [queue ?? 0, colours.queue],
    [took ?? 0, failures.length > 0 ? colours.failed : colours.work],
  ] as const;
  let x = margin + labelWidth + offset;
  const rectangles = parts.flatMap(([seconds, colour]) => {
    const wide = Math.max(seconds > 0 ? 1 : 0, seconds * scale);
    const rectangle = `<rect x="${x.toFixed(1)}" y="${y}" width="${wide.toFixed(1)}" height="${rowHeight - 8}" fill="${colour}"/>`;
    x += wide;
    return wide === 0 ? [] : [rectangle];
  });
  const title = [what, ...changed, ...failures.map((failure) => `FAILED ${failure}`)].map(escaped).join('&#10;');
  return [
    `<g><title>${title}</title>`,
    `<text x="${margin}" y="${y + 11}">${escaped(shortened(what))}</text>`,
    ...rectangles,
    `<text x="${(x + 5).toFixed(1)}" y="${y + 11}" fill="#666666">${took === null ? 'runs' : duration(took)}</text>`,
    '</g>',
  ];
}

function endOf({ at, udev, queue, took }: Moment): number {
  return at + (udev ?? 0) + (queue ?? 0) + (took ?? 0);
}

const maximalLabel = 28;

function shortened(text: string): string {
  return text.length <= maximalLabel ? text : `${text.slice(0, maximalLabel - 1)}…`;
}

/** What devices and programs say is part of it, and is only text in a picture. */
function escaped(text: string): string {
  return escapeMarkup(oneLine(text));
}
