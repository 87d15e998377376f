import { type Line, plainText, type Span } from './line.ts';

export interface Column {
  readonly title: string;
  readonly isRight?: boolean;
  /** Left out where the screen is too narrow, the highest number first; a column without one is always there. */
  readonly isLeftOut?: number;
}

/** Columns that are always there, aligned left. */
export function titled(...titles: readonly string[]): Column[] {
  return titles.map((title) => ({ title }));
}

const gap = '  ';

/**
 * Aligned columns with a heading that fit the screen: those that matter least are left out until they do. What is still too long ends
 * the last column with `…`, which is as long as it likes elsewhere.
 * @param width of the screen, in characters; infinite where the reader is a program
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly Span[])[], width: number): Line[] {
  const shown = chooseColumns(columns, rows, width);
  const heading = shown.map((index): Span => ({ text: columns[index]?.title ?? '', style: 'dim' }));
  const cells = [heading, ...rows.map((row) => shown.map((index) => row[index] ?? ''))];
  const widths = shown.map((_, at) => Math.max(...cells.map((row) => lengthOf(row[at] ?? ''))));
  const before = widths.slice(0, -1).reduce((sum, each) => sum + each + gap.length, 0);
  const isRight = shown.map((index) => columns[index]?.isRight ?? false);
  return cells.map((row) => joinCells(row, widths, isRight, width - before));
}

/** Their places, in order. */
function chooseColumns(columns: readonly Column[], rows: readonly (readonly Span[])[], width: number): number[] {
  const widthOf = (index: number) =>
    Math.max(columns[index]?.title.length ?? 0, ...rows.map((row) => lengthOf(row[index] ?? '')));
  let shown = columns.map((_, index) => index);
  const total = () => shown.reduce((sum, index) => sum + widthOf(index) + gap.length, -gap.length);
  const expendable = shown
    .filter((index) => columns[index]?.isLeftOut !== undefined)
    .toSorted((a, b) => (columns[b]?.isLeftOut ?? 0) - (columns[a]?.isLeftOut ?? 0));
  for (const index of expendable) {
    if (total() <= width) break;
    shown = shown.filter((each) => each !== index);
  }
  return shown;
}

function joinCells(
  row: readonly Span[],
  widths: readonly number[],
  isRight: readonly boolean[],
  lastWidth: number,
): Line {
  const last = row.length - 1;
  const spans = row.flatMap((cell, at): Span[] => {
    if (at === last) return [shorten(cell, lastWidth)];
    const padding = ' '.repeat((widths[at] ?? 0) - lengthOf(cell));
    return isRight[at] ? [padding, cell, gap] : [cell, padding, gap];
  });
  return withoutEnd(spans);
}

function shorten(cell: Span, width: number): Span {
  const text = plainText([cell]);
  if (text.length <= width) return cell;
  const short = `${text.slice(0, Math.max(0, width - 1))}…`;
  return typeof cell === 'string' ? short : { ...cell, text: short };
}

/** No blanks at the end of a line. */
function withoutEnd(spans: readonly Span[]): Line {
  const kept = [...spans];
  while (kept.length > 0 && plainText(kept.slice(-1)).trim() === '') kept.pop();
  return kept.every((span) => typeof span === 'string') ? kept.join('').trimEnd() : kept;
}

function lengthOf(cell: Span): number {
  return plainText([cell]).length;
}
