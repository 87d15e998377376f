/** Where the time of a build goes. */
export interface Times {
  add(what: string, seconds: number): void;
  measure<Result>(what: string, work: () => Promise<Result>): Promise<Result>;
  /** Lines in the order in which things were done, with their share of the whole. */
  table(): string[];
}

/** @param tell gets each step as it ends */
export function openTimes(tell: (what: string, seconds: number) => void): Times {
  const began = performance.now();
  const rows: { readonly what: string; readonly seconds: number }[] = [];
  const since = (start: number) => (performance.now() - start) / 1000;
  const note = (what: string, seconds: number) => {
    rows.push({ what, seconds });
    tell(what, seconds);
  };
  return {
    add: note,
    measure: async (what, work) => {
      const start = performance.now();
      const result = await work();
      note(what, since(start));
      return result;
    },
    table: () => timeLines(rows, since(began)),
  };
}

/** @param whole seconds from the beginning to the end */
export function timeLines(
  rows: readonly { readonly what: string; readonly seconds: number }[],
  whole: number,
): string[] {
  const rest = whole - rows.reduce((sum, { seconds }) => sum + seconds, 0);
  const line = (what: string, seconds: number) =>
    `${seconds.toFixed(3).padStart(9)} s ${String(Math.round((100 * seconds) / whole)).padStart(3)} %  ${what}`;
  return [
    'where the time went:',
    ...rows.map(({ what, seconds }) => line(what, seconds)),
    line('everything else', Math.max(0, rest)),
    line('in all', whole),
  ];
}
