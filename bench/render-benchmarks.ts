import { type Figures, type Spread, spreadOf } from './figures.ts';

/** What was measured of each peer, a round after the other. */
export type Rounds = Readonly<Record<string, readonly Figures[]>>;

/** A table in Markdown: a row per figure, a column per peer, medians with the least and the most. */
export function renderTable(rounds: Rounds): string[] {
  const names = Object.keys(rounds);
  const head = [`| | ${names.join(' | ')} |`, `| --- |${' --- |'.repeat(names.length)}`];
  const rows = figuresOf(rounds).map((figure) => {
    const cells = names.map((name) => {
      const spread = spreadIn(rounds, name, figure);
      return spread === undefined ? '' : describeSpread(spread);
    });
    return `| ${figure} | ${cells.join(' | ')} |`;
  });
  return [...head, ...rows];
}

/** The names of all figures, in the order in which they were measured. */
export function figuresOf(rounds: Rounds): string[] {
  return [...new Set(Object.values(rounds).flatMap((each) => each.flatMap((figures) => Object.keys(figures))))];
}

/** Undefined where it was not measured of this peer. */
export function spreadIn(rounds: Rounds, name: string, figure: string): Spread | undefined {
  const values = (rounds[name] ?? []).flatMap((figures) => figures[figure] ?? []);
  return values.length === 0 ? undefined : spreadOf(values);
}

function describeSpread({ median, least, most }: Spread): string {
  const text = median.toFixed(2);
  return least === most ? text : `${text} (${least.toFixed(2)}–${most.toFixed(2)})`;
}
