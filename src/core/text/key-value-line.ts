import { assignedWord } from './shell-words.ts';

/** One line `KEY=value`, as scripts source it and admins edit it. */
export interface KeyValueLine {
  readonly key: string;
  /** All that follows the `=`, trimmed. */
  readonly text: string;
  /** undefined where a quote is never closed. */
  readonly value: string | undefined;
}

const pattern = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/;

/**
 * Reads one line as a shell reads an assignment. Tolerates `export`, spaces around `=`, quotes and trailing comments.
 * @returns undefined for a line of any other form, such as a comment
 */
export function parseKeyValueLine(line: string): KeyValueLine | undefined {
  const match = pattern.exec(line);
  if (match === null) return undefined;
  const [, key = '', rest = ''] = match;
  const text = rest.trim();
  return { key, text, value: assignedWord(text) };
}
