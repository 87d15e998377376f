import type { z } from 'zod';
import { suggestion } from '../../core/command/suggestion.ts';
import { parseKeyValueLine } from '../../core/text/key-value-line.ts';
import { shellWords } from '../../core/text/shell-words.ts';
import { type AssignmentKey, assignmentKeys, isAssignmentKey } from './assignment-keys.ts';
import {
  type Assignment,
  type MistakenAssignment,
  type Owner,
  selectorNames,
  type SelectorName,
  type Selectors,
} from './assignment.ts';

/** The ids of an owner, `postgres:postgres`; undefined where this machine has no such user or group. */
export type OwnerLookup = (owner: string) => Owner | undefined;

export type ParsedAssignment =
  | { readonly kind: 'valid'; readonly assignment: Assignment }
  | { readonly kind: 'mistaken'; readonly mistaken: MistakenAssignment };

type Values = { [Key in AssignmentKey]?: z.output<(typeof assignmentKeys)[Key]['schema']> };

/**
 * Reads the text of an assignment: `KEY=value`, one per line, as in the flags file. One mistake makes the whole file count for
 * nothing: where a word of it is not understood, nobody knows what the rest was meant to do.
 * @param file its path; its name without `.conf` is that of the assignment
 */
export function parseAssignment(file: string, text: string, lookUp: OwnerLookup): ParsedAssignment {
  const name = file.slice(file.lastIndexOf('/') + 1).replace(/\.conf$/, '');
  const { values, mistakes } = readLines(text);
  const { OWNER, PATH: path } = values;
  const owner = OWNER === undefined ? undefined : lookUp(OWNER);
  if (OWNER !== undefined && owner === undefined) {
    mistakes.push(
      `OWNER: this machine has no ${JSON.stringify(OWNER)}; make the user and the group, or remove the line`,
    );
  }
  if (mistakes.length === 0 && path === undefined) mistakes.push('PATH: is missing; say where the disk is mounted');
  const selectors = selectorsOf(values);
  if (mistakes.length === 0 && Object.keys(selectors).length === 0) {
    mistakes.push(`${selectorNames.join(', ')}: all are missing; say with one of them which disk is meant`);
  }
  if (mistakes.length > 0 || path === undefined) {
    return { kind: 'mistaken', mistaken: { name, file, selectors, mistakes } };
  }
  const { OPTIONS: options, READ_ONLY: isReadOnly = false, HOOK: hook, SERVICES: services = [] } = values;
  return {
    kind: 'valid',
    assignment: { name, file, selectors, path, options, owner, isReadOnly, hook, services },
  };
}

function readLines(text: string): { values: Values; mistakes: string[] } {
  const values: Record<string, unknown> = {};
  const lines = new Map<string, number>();
  const mistakes: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const number = index + 1;
    const read = readLine(line);
    if (read.kind === 'nothing') continue;
    const known = read.key === undefined ? undefined : lines.get(read.key);
    if (known !== undefined) mistakes.push(`line ${number}: ${read.key}: stands in line ${known} already; remove one`);
    else if (read.kind === 'mistake') mistakes.push(`line ${number}: ${read.said}`);
    else values[read.key] = read.value;
    // A selector that is given twice names nobody.
    if (known !== undefined && read.key !== undefined) delete values[read.key];
    if (read.key !== undefined && known === undefined) lines.set(read.key, number);
  }
  return { values: values as Values, mistakes };
}

type ReadLine =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'value'; readonly key: AssignmentKey; readonly value: unknown }
  | { readonly kind: 'mistake'; readonly key: AssignmentKey | undefined; readonly said: string };

function readLine(line: string): ReadLine {
  if (/^\s*(?:#.*)?$/.test(line)) return { kind: 'nothing' };
  const found = parseKeyValueLine(line);
  if (found === undefined) return mistake(undefined, 'is not KEY=value; begin it with # if it is a remark');
  const { key, text, value } = found;
  if (!isAssignmentKey(key)) {
    const known = Object.keys(assignmentKeys);
    return mistake(undefined, `unknown key ${key}${suggestion(key, known)}; known are ${known.join(', ')}`);
  }
  if (isUnreadable(text)) return mistake(key, `${key}: must have no control character and be UTF-8`);
  if (value === undefined) return mistake(key, `${key}: must end with its quote`);
  if (value === '') return mistake(key, `${key}: must not be empty; remove the line if it is not needed`);
  const [word, next] = shellWords(text) ?? [];
  if (word !== value || (next !== undefined && !next.startsWith('#'))) {
    return mistake(key, `${key}: must stand between quotes if it has a space or a sign of the shell in it`);
  }
  const parsed = assignmentKeys[key].schema.safeParse(value);
  if (parsed.success) return { kind: 'value', key, value: parsed.data };
  return mistake(key, `${key}: ${parsed.error.issues[0]?.message}, and not ${JSON.stringify(value)}`);
}

/** A byte that is not UTF-8 was read as half of a surrogate pair, or by another reader as U+FFFD. */
function isUnreadable(text: string): boolean {
  return /[\p{Cc}\p{Cs}\u{FFFD}]/u.test(text);
}

function mistake(key: AssignmentKey | undefined, said: string): ReadLine {
  return { kind: 'mistake', key, said };
}

function selectorsOf(values: Values): Selectors {
  const selectors: Partial<Record<SelectorName, string>> = {};
  for (const name of selectorNames) {
    const value = values[name];
    if (value !== undefined) selectors[name] = value;
  }
  return selectors;
}
