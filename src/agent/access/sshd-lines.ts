import { matchesPattern } from '../../core/text/shell-pattern.ts';
import type { SshdValues } from './sshd-settings.ts';

/** One line of sshd_config(5) that says something. */
export interface SshdLine {
  /** In lower case, as sshd takes it. */
  readonly keyword: string;
  readonly words: readonly string[];
  /** The criteria of the Match blocks that it is in; all have to hold. */
  readonly conditions: readonly SshdCondition[];
}

/** What stands behind one Match. */
export type SshdCondition = readonly string[];

/** The account that is asked about. */
export interface SshdUser {
  readonly name: string;
  readonly groups: readonly string[];
}

/**
 * A file of sshd as its lines; an Include or a Match is one of them. Comments and empty lines are left out. Blanks at the end of a line, among
 * them the `\r` of other systems, say nothing (process_server_config_line_depth in servconf.c of OpenSSH).
 */
export function parseSshdLines(text: string): { readonly keyword: string; readonly words: readonly string[] }[] {
  return text.split('\n').flatMap((line) => {
    const [, keyword = '', rest = ''] = /^[ \t]*([A-Za-z]\w*)(?:[ \t]*=[ \t]*|[ \t]+)(.*)$/s.exec(line.trimEnd()) ?? [];
    return keyword === '' ? [] : [{ keyword: keyword.toLowerCase(), words: wordsOf(rest) }];
  });
}

/** Values in quotes may hold spaces; a word that begins with `#` begins a comment. */
function wordsOf(text: string): string[] {
  const words = [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([whole, quoted]) => quoted ?? whole);
  const comment = words.findIndex((word) => word.startsWith('#'));
  return comment === -1 ? words : words.slice(0, comment);
}

/** Keywords that add up; of all others the first counts. */
const lists = new Set(['allowusers', 'denyusers', 'allowgroups', 'denygroups', 'port']);

/**
 * The values in effect for an account: the first that stands in a Match block that holds for it, else the first outside
 * (sshd_config(5), Match). Where somebody comes from is not known: a block that asks for it is taken not to hold.
 */
export function valuesFor(user: SshdUser, lines: readonly SshdLine[]): SshdValues {
  const holding = lines.filter(({ conditions }) => conditions.every((condition) => holds(condition, user)));
  const values = new Map<string, readonly string[]>();
  for (const [keyword, found] of Map.groupBy(holding, (line) => line.keyword)) {
    const inBlocks = found.filter(({ conditions }) => conditions.length > 0);
    const counting = inBlocks.length > 0 ? inBlocks : found;
    const texts = counting.map(({ words }) => words.join(' '));
    values.set(keyword, lists.has(keyword) ? texts : texts.slice(0, 1));
  }
  return values;
}

/** Pairs of a criterion and its patterns, `user alice,bob`; `all` stands alone. */
function holds(condition: SshdCondition, user: SshdUser): boolean {
  for (let index = 0; index < condition.length; index += 2) {
    const criterion = condition[index]?.toLowerCase();
    if (criterion === 'all') return condition.length === 1;
    const patterns = condition[index + 1]?.split(',') ?? [];
    if (criterion === 'user' && isInList(user.name, patterns)) continue;
    if (criterion === 'group' && user.groups.some((group) => isInList(group, patterns))) continue;
    return false;
  }
  return condition.length > 0;
}

/** ssh_config(5), PATTERNS: one that is negated and matches decides alone. */
function isInList(name: string, patterns: readonly string[]): boolean {
  const isMeant = (pattern: string) => matchesPattern(name, pattern);
  if (patterns.some((pattern) => pattern.startsWith('!') && isMeant(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && isMeant(pattern));
}

/** Whether a keyword's value may depend on where somebody comes from, so that the text does not say it. */
export function dependsOnPlace(keyword: string, lines: readonly SshdLine[]): boolean {
  const asksPlace = (condition: SshdCondition) =>
    condition.some((word, index) => index % 2 === 0 && !['all', 'user', 'group'].includes(word.toLowerCase()));
  return lines.some((line) => line.keyword === keyword && line.conditions.some(asksPlace));
}
