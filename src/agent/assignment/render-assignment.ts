import { type AssignmentKey, assignmentKeys } from './assignment-keys.ts';

/** Values as they are written, by their keys. */
export type AssignmentTexts = Readonly<Partial<Record<AssignmentKey, string>>>;

/**
 * The text of an assignment. Each value stands in single quotes, so none may have one or a control character in it.
 * @param remark for people, first in the file
 */
export function renderAssignment(remark: string, values: AssignmentTexts): string {
  const lines = (Object.keys(assignmentKeys) as AssignmentKey[]).flatMap((key) => {
    const value = values[key];
    return value === undefined ? [] : [`${key}='${value}'`];
  });
  return [`# ${remark}`, ...lines, ''].join('\n');
}

/** Why a value cannot stand in an assignment; undefined where it can. */
export function unwritable(value: string): string | undefined {
  if (value === '') return 'must not be empty; leave the key out';
  return /['\p{Cc}\p{Cs}\u{FFFD}]/u.test(value) ? "must have no ' and no control character in it" : undefined;
}
