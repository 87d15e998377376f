/** What was measured of one guest, by its name, which has the unit. */
export type Figures = Readonly<Record<string, number>>;

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** @throws Error for no values */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const [least, most] = [sorted[0], sorted.at(-1)];
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  if (least === undefined || most === undefined || low === undefined || high === undefined)
    throw new Error('there is nothing to measure a spread of');
  return { median: (low + high) / 2, least, most };
}
