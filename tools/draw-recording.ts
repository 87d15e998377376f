import { escapeMarkup } from '../src/core/text/escape-markup.ts';
import { spansOf, type Span, type Style } from '../src/core/command/line.ts';
import type { PrintedLine } from './demo-page.ts';

export interface RecordingView {
  readonly title: string;
  /** Of the screen, in characters and lines; what is longer than a line is cut off. */
  readonly columns: number;
  readonly rows: number;
}

const lineHeight = 17;
const characterWidth = 7.85;
const margin = 12;
/** Of the bar with the title. */
const top = 30;

/** A reader does not wait as long as the machine did; the last screen stays for a while before it begins again. */
const longestPause = 1.2;
const shortestPause = 0.06;
const lastPause = 8;

/**
 * A recording of a terminal as an animated picture (SVG 1.1, CSS Animations Level 1), which a browser also plays in an `<img>`. Lines come
 * out from below a cover that goes down, and scroll as they do on a terminal. Where nothing moves, the first screen is shown.
 */
export function drawRecording(lines: readonly PrintedLine[], { title, columns, rows }: RecordingView): string {
  const width = Math.ceil(columns * characterWidth + 2 * margin);
  const screenHeight = rows * lineHeight;
  const height = top + screenHeight + margin;
  const times = playTimes(lines);
  const length = (times.at(-1) ?? 0) + lastPause;
  const scroll = times.map((_, index) => -Math.max(0, index + 1 - rows) * lineHeight);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>${escapeMarkup(title)}</title>`,
    '<style>',
    'text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#d8dee9;white-space:pre}',
    ...Object.entries(colours).map(([style, rule]) => `.${style}{${rule}}`),
    keyframes('scroll', [0, ...times], [0, ...scroll], length),
    keyframes('uncover', [0, ...times], [0, ...times.map((_, index) => (index + 1) * lineHeight)], length),
    `#strip{animation:scroll ${length.toFixed(2)}s step-end infinite}`,
    `#cover{transform:translateY(${screenHeight}px);animation:uncover ${length.toFixed(2)}s step-end infinite}`,
    '@media (prefers-reduced-motion:reduce){#strip,#cover{animation:none}}',
    '</style>',
    `<rect width="${width}" height="${height}" rx="8" fill="#1e2430"/>`,
    ...['#bf616a', '#ebcb8b', '#a3be8c'].map(
      (fill, index) => `<circle cx="${18 + index * 18}" cy="15" r="5" fill="${fill}"/>`,
    ),
    `<text x="${width / 2}" y="19" text-anchor="middle" class="dim">${escapeMarkup(title)}</text>`,
    `<clipPath id="screen"><rect width="${width}" height="${screenHeight}"/></clipPath>`,
    `<g transform="translate(0 ${top})" clip-path="url(#screen)"><g id="strip">`,
    ...lines.map(({ line }, index) => drawLine(spansOf(line), index, columns)),
    `<rect id="cover" width="${width}" height="${lines.length * lineHeight}" fill="#1e2430"/>`,
    '</g></g>',
    '</svg>',
  ].join('\n')}\n`;
}

const colours: Readonly<Record<Style, string>> = {
  bold: 'font-weight:bold;fill:#ffffff',
  dim: 'fill:#7b88a1',
  red: 'fill:#bf616a',
  green: 'fill:#a3be8c',
  yellow: 'fill:#ebcb8b',
};

/** When each line appears, in seconds. */
function playTimes(lines: readonly PrintedLine[]): number[] {
  let time = 0;
  return lines.map(({ at }, index) => {
    const pause = at - (lines[index - 1]?.at ?? at);
    time += Math.min(longestPause, Math.max(shortestPause, pause));
    return time;
  });
}

/** Steps that change nothing are left out. */
function keyframes(name: string, times: readonly number[], offsets: readonly number[], length: number): string {
  const steps = times.flatMap((time, index) => {
    const offset = offsets[index] ?? 0;
    if (index > 0 && offset === offsets[index - 1]) return [];
    return [`${((time / length) * 100).toFixed(2)}%{transform:translateY(${offset}px)}`];
  });
  return `@keyframes ${name}{${steps.join('')}}`;
}

function drawLine(spans: readonly Span[], index: number, columns: number): string {
  let left = columns;
  const pieces = spans.flatMap((span) => {
    const text = typeof span === 'string' ? span : span.text;
    const shown = escapeMarkup([...text].slice(0, left).join(''));
    left -= Math.min(left, [...text].length);
    if (shown === '') return [];
    return [typeof span === 'string' ? shown : `<tspan class="${span.style}">${shown}</tspan>`];
  });
  if (pieces.length === 0) return '';
  return `<text x="${margin}" y="${(index + 1) * lineHeight - 4}" xml:space="preserve">${pieces.join('')}</text>`;
}
