const binary = 1024;
const decimal = 1000;

const bytesOfUnit: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  ...unitsOf(binary, ['KiB', 'MiB', 'GiB', 'TiB']),
  ...unitsOf(decimal, ['KB', 'MB', 'GB', 'TB']),
  ...unitsOf(decimal, ['K', 'M', 'G', 'T']),
};

/**
 * Bytes of a size such as `1.5GiB`, `100 MB` or `512`; a unit alone counts once, as diskimage-builder has it.
 * @returns undefined where the text is not a size
 */
export function absoluteBytes(size: string | number): number | undefined {
  const [, count = '', apart, unit = apart ?? ''] =
    /^([\d.]*)(?: ([a-zA-Z0-9_]*)|([a-zA-Z_][a-zA-Z0-9_]*))?$/.exec(String(size)) ?? ([undefined, 'none'] as const);
  const factor = Object.hasOwn(bytesOfUnit, unit) ? bytesOfUnit[unit] : undefined;
  const number = count === '' ? 1 : decimalNumber(count);
  return factor === undefined || number === undefined ? undefined : Math.trunc(factor * number);
}

/**
 * Bytes of a size that may be a share of something: `50%`.
 * @param whole bytes that `100%` stands for
 * @returns undefined where the text is not a size; more than the whole is an answer too
 */
export function relativeBytes(size: string | number, whole: number): number | undefined {
  const text = String(size);
  if (!text.endsWith('%')) return text === '' ? undefined : absoluteBytes(text);
  const percent = decimalNumber(text.slice(0, -1).trim());
  return percent === undefined ? undefined : Math.trunc((whole * percent) / 100);
}

function unitsOf(factor: number, names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name, index) => [name, factor ** (index + 1)]));
}

function decimalNumber(text: string): number | undefined {
  return /^(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : undefined;
}
