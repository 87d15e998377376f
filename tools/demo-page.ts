import { styleText } from 'node:util';

/** What the demo prints: headings, and rows of aligned columns. Colour is for terminals only. */
export interface Page {
  heading(text: string): void;
  /** A moment of the demo, with the seconds since it began. */
  moment(text: string): void;
  /** A word and what was seen for it; further lines of the value stay in its column. */
  fact(name: string, value: string): void;
  line(text?: string): void;
  /** A table: columns are as wide as their widest cell, numbers with their unit are right-aligned. */
  table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): void;
}

const nameWidth = 16;

export function openPage(out: NodeJS.WriteStream = process.stdout): Page {
  const start = performance.now();
  const line = (text = '') => void out.write(`${text}\n`);
  // styleText looks at the stream itself, and at NO_COLOR.
  const style = (format: 'bold' | 'dim' | 'green', text: string) => styleText(format, text, { stream: out });
  return {
    line,
    heading: (text) => line(`\n${style('bold', text)}`),
    moment: (text) => line(`${style('dim', seconds((performance.now() - start) / 1000).padStart(8))}  ${text}`),
    fact: (name, value) => {
      const indent = ' '.repeat(10 + nameWidth);
      const [first = '', ...others] = value.split('\n');
      line(`${' '.repeat(10)}${style('green', name.padEnd(nameWidth))}${first}`);
      for (const other of others) line(indent + other);
    },
    table: (head, rows) => {
      const [heading = '', ...lines] = alignColumns([head, ...rows]);
      line(style('dim', heading));
      for (const each of lines) line(each);
    },
  };
}

/** `0.42 s`, `12.3 s`: three digits are what a reader compares. */
export function seconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

function alignColumns(rows: ReadonlyArray<readonly string[]>): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length))) ?? [];
  const isNumeric = widths.map((_, column) => rows.slice(1).every((row) => /^([\d.]+ s)?$/.test(row[column] ?? '')));
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return isNumeric[column] ? cell.padStart(width) : cell.padEnd(width);
    });
    return `  ${cells.join('   ')}`.trimEnd();
  });
}
