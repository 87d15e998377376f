/** The files of accounts, each as text; undefined for one that the machine does not have. */
export interface AccountFiles {
  readonly passwd: string | undefined;
  readonly shadow: string | undefined;
  readonly group: string | undefined;
  readonly gshadow: string | undefined;
  readonly subuid: string | undefined;
  readonly subgid: string | undefined;
}

/** What decides on a new account: login.defs(5), and /etc/default/useradd of useradd(8). */
export interface AccountDefaults {
  readonly loginDefs: string;
  readonly useradd: string;
}

/** Line of a file, by the name that it starts with; undefined if there is none. */
export function lineOf(text: string | undefined, name: string): string[] | undefined {
  return linesOf(text)
    .map((line) => line.split(':'))
    .find(([first]) => first === name);
}

/** The text with this line in the place of the one with the same name, or at its end. */
export function withLine(text: string | undefined, fields: readonly (string | number)[]): string {
  const line = fields.join(':');
  const start = `${fields[0]}:`;
  const lines = linesOf(text);
  const isThere = lines.some((each) => each.startsWith(start));
  const all = isThere ? lines.map((each) => (each.startsWith(start) ? line : each)) : [...lines, line];
  return `${all.join('\n')}\n`;
}

/** The text without its lines of this name: what a run that was cut off left of an account. */
export function withoutLine(text: string | undefined, name: string): string {
  const lines = linesOf(text).filter((line) => !line.startsWith(`${name}:`));
  return lines.map((line) => `${line}\n`).join('');
}

/** A number of login.defs(5). */
export function loginNumber({ loginDefs }: AccountDefaults, key: string): number | undefined {
  const value = new RegExp(`^[ \\t]*${key}[ \\t]+(-?\\d+)[ \\t]*$`, 'm').exec(loginDefs)?.[1];
  return value === undefined ? undefined : Number(value);
}

/** A value of /etc/default/useradd; undefined also for one that would end the field of a line. */
export function useraddDefault({ useradd }: AccountDefaults, key: string): string | undefined {
  return new RegExp(`^${key}=([^:\\s]+)[ \\t]*$`, 'm').exec(useradd)?.[1];
}

/** As groupadd(8) and useradd(8) choose: the number behind the highest in use, and the first free one where that is the last. */
export function nextId(text: string | undefined, kind: 'UID' | 'GID', defaults: AccountDefaults): number | undefined {
  const [first, last] = [loginNumber(defaults, `${kind}_MIN`) ?? 1000, loginNumber(defaults, `${kind}_MAX`) ?? 60_000];
  const used = new Set(linesOf(text).map((line) => Number(line.split(':')[2])));
  const behind = Math.max(first - 1, ...[...used].filter((id) => id >= first && id <= last)) + 1;
  if (behind <= last) return behind;
  for (let id = first; id <= last; id += 1) if (!used.has(id)) return id;
  return undefined;
}

/** subuid(5), subgid(5): the first range of numbers that nobody has; undefined if there is none. */
export function nextRange(
  text: string,
  kind: 'UID' | 'GID',
  defaults: AccountDefaults,
): { readonly start: number; readonly count: number } | undefined {
  const count = loginNumber(defaults, `SUB_${kind}_COUNT`) ?? 65_536;
  const last = loginNumber(defaults, `SUB_${kind}_MAX`) ?? 600_100_000;
  let start = loginNumber(defaults, `SUB_${kind}_MIN`) ?? 100_000;
  const ranges = linesOf(text).map((line) => line.split(':').slice(1).map(Number) as [number, number]);
  for (const [from, length] of ranges.sort(([one], [other]) => one - other)) {
    if (from >= start + count) break;
    start = Math.max(start, from + length);
  }
  return count < 1 || start + count - 1 > last ? undefined : { start, count };
}

function linesOf(text: string | undefined): string[] {
  return (text ?? '').split('\n').filter((line) => line !== '');
}
