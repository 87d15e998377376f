/** What can follow a command, as its usage line tells. */
export interface UsageWords {
  /** `list`, `explain`; empty for a command that has none. */
  readonly verbs: readonly string[];
  readonly options: readonly string[];
  /** Whether a word of it is the path of a file. */
  readonly takesFile: boolean;
}

/**
 * Reads a usage line such as `list [--json] | detach [--force] DISK`: alternatives are parted by ` | `, words in capitals
 * are the user's own, and what is in parentheses behind two spaces is a remark.
 */
export function usageWords(usage: string): UsageWords {
  const words = usage.replace(/ {2}.*$/s, '');
  const alternatives = words.split(' | ').map((alternative) => alternative.trim());
  return {
    verbs: unique(alternatives.flatMap((alternative) => /^[a-z][a-z-]*/.exec(alternative)?.[0] ?? [])),
    options: unique(words.match(/--[a-z][a-z-]*/g) ?? []),
    takesFile: /\b(FILE|IMAGE|DIR|DEVICE|DISK)\b/.test(words),
  };
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)];
}
