const kibibyte = 1024;

/**
 * In characters. A quadratic reader is found on the short texts, before it takes minutes for the long ones. These are far apart, as what
 * fills the memory takes some times longer than in proportion.
 */
const steps = [
  [kibibyte, 16 * kibibyte],
  [16 * kibibyte, 1024 * kibibyte],
] as const;

/** What else the machine does may hit any one look. On a host with five times as much to run as it has processors, four were not enough. */
const looks = 12;

/**
 * Whether the time of a reader grows faster than its text does, up to 1 MiB. Only ratios count: each limit lies between what is
 * linear and what is quadratic. It is looked at again as long as it seems so.
 * @param textOf a text of about that many characters
 */
export function growsTooFast(read: (text: string) => unknown, textOf: (length: number) => string): boolean {
  return steps.some(([small, large]) => {
    const [short, long] = [textOf(small), textOf(large)];
    const factor = large / small;
    const limit = factor * Math.sqrt(factor);
    return Array.from({ length: looks }).every(() => {
      const least = Math.min(...Array.from({ length: 3 }, () => timeOf(read, short)));
      return timeOf(read, long) > limit * least;
    });
  });
}

/** As many repeats of a piece between the start and the end as the length has room for. */
export function repeated(piece: string, start = '', end = ''): (length: number) => string {
  return (length) => start + piece.repeat(Math.floor((length - start.length - end.length) / piece.length)) + end;
}

/** In milliseconds. */
function timeOf(read: (text: string) => unknown, text: string): number {
  const start = performance.now();
  read(text);
  return performance.now() - start;
}
