import { styleText } from 'node:util';
import { type Line, spansOf, styled } from '../src/core/command/line.ts';

/** A line as it was printed. */
export interface PrintedLine {
  /** Seconds since the page was opened. */
  readonly at: number;
  readonly line: Line;
}

/** What the demo prints: headings, moments and facts. Colour is for terminals only. */
export interface Page {
  /** All that was printed so far. */
  readonly printed: readonly PrintedLine[];
  heading(text: string): void;
  /** A moment of the demo, with the seconds since it began. */
  moment(text: string): void;
  /** A word and what was seen for it; further lines of the value stay in its column. */
  fact(name: string, value: string): void;
  line(line?: Line): void;
}

const nameWidth = 16;

/** @param now seconds of a clock that never goes back */
export function openPage(
  out: NodeJS.WritableStream = process.stdout,
  now: () => number = () => performance.now() / 1000,
): Page {
  const start = now();
  const printed: PrintedLine[] = [];
  const line = (text: Line = '') => {
    printed.push({ at: now() - start, line: text });
    out.write(`${drawn(text, out)}\n`);
  };
  return {
    printed,
    line,
    heading: (text) => {
      line();
      line([styled('bold', text)]);
    },
    moment: (text) => line([styled('dim', seconds(now() - start).padStart(8)), `  ${text}`]),
    fact: (name, value) => {
      const indent = ' '.repeat(10 + nameWidth);
      const [first = '', ...others] = value.split('\n');
      line([' '.repeat(10), styled('green', name.padEnd(nameWidth)), first]);
      for (const other of others) line(indent + other);
    },
  };
}

/** styleText looks at the stream itself, and at NO_COLOR. */
function drawn(line: Line, out: NodeJS.WritableStream): string {
  return spansOf(line)
    .map((span) => (typeof span === 'string' ? span : styleText(span.style, span.text, { stream: out })))
    .join('');
}

/** `0.42 s`, `12.3 s`: three digits are what a reader compares. */
function seconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}
