/** A file in a folder of hooks, links followed. */
export interface Candidate {
  readonly name: string;
  readonly isFile: boolean;
  readonly isExecutable: boolean;
}

export interface HookOrder {
  /** Names in the order in which they run. */
  readonly runs: readonly string[];
  /** Executable files whose names keep them from running: most often a mistake. */
  readonly skipped: readonly string[];
}

/** run-parts(8) has the same idea of a name: no dots, so that backups of editors and packages do not run. */
const hookName = /^[0-9A-Za-z_-]+$/;
const environmentName = /^[0-9A-Za-z_.-]+$/;

/**
 * Which files of a phase run, and in which order: by the number that a name begins with, and by its bytes where that is
 * the same. A name without a number counts as 0, so it comes before `1-x` and after `-1-x`.
 * @param pattern another pattern of names, RUN_PARTS_REGEX
 */
export function orderHooks(candidates: readonly Candidate[], pattern: RegExp = hookName): HookOrder {
  const able = candidates.filter(({ isFile, isExecutable }) => isFile && isExecutable).map(({ name }) => name);
  return {
    runs: able.filter((name) => pattern.test(name)).sort(byNumber),
    skipped: able.filter((name) => !pattern.test(name)).sort(byBytes),
  };
}

/** The files of environment.d in the order in which they are read: by bytes, and whether executable or not. */
export function orderEnvironment(candidates: readonly Candidate[]): string[] {
  return candidates
    .filter(({ name, isFile }) => isFile && environmentName.test(name))
    .map(({ name }) => name)
    .sort(byBytes);
}

function byNumber(one: string, other: string): number {
  const [first, second] = [numberOf(one), numberOf(other)];
  if (first.isNegative !== second.isNegative) return first.isNegative ? -1 : 1;
  const sign = first.isNegative ? -1 : 1;
  return sign * byDigits(first, second) || byBytes(one, other);
}

/** As sort(1) -n reads the start of a line: a number of any length, of which zero has no sign. */
interface LeadingNumber {
  readonly isNegative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

function numberOf(name: string): LeadingNumber {
  const [, sign = '', digits = '', decimals = ''] = /^(-?)(\d*)(?:\.(\d+))?/.exec(name) ?? [];
  const whole = digits.replace(/^0+/, '');
  const fraction = decimals.replace(/(?<!0)0+$/, '');
  return { isNegative: sign === '-' && whole + fraction !== '', whole, fraction };
}

function byDigits(one: LeadingNumber, other: LeadingNumber): number {
  return (
    one.whole.length - other.whole.length || byText(one.whole, other.whole) || byText(one.fraction, other.fraction)
  );
}

function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function byText(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
