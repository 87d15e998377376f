import type { z } from 'zod';
import type { Settings } from './read-entries.ts';

/** Reports what is wrong with the entry at hand. */
export type Report = (problem: string, what: string) => void;

/** The settings of an entry by their schema; undefined where they have a mistake, which is reported. */
export function checked<T extends z.ZodType>(schema: T, settings: Settings, report: Report): z.output<T> | undefined {
  // A key without a value says nothing: `label:`.
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const path = issue.path.map(String).join('.');
    const isMissing = issue.path.length > 0 && valueAt(given, issue.path) === undefined;
    report(problemOf(path), isMissing ? `needs '${path}'` : `'${path}': ${issue.message}`);
  }
  return undefined;
}

function valueAt(settings: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], settings);
}

/** `partitions.0.size` is a matter of sizes. */
function problemOf(path: string): string {
  const last = /(?<![a-z_-])([a-z_-]+)(?:\.\d+)*$/.exec(path)?.[1] ?? 'entry';
  return { size: 'size', align: 'size', flags: 'flag', partitions: 'partitions', type: 'type' }[last] ?? 'entry';
}
