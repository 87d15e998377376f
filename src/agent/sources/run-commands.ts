import { quoteWord } from '../../core/command/quote-words.ts';
import type { PostBootConfig } from '../machine-config/machine-config.ts';
import type { PartReader } from '../machine-config/part-reader.ts';

const maximalCommands = 1024;

/**
 * `runcmd` of a cloud-config as one text for sh(1): each item is a line of shell, or a list of a program and its arguments.
 * @returns null where an item has a mistake: then none is run
 */
export function readRunCommands(value: unknown, reader: PartReader): PostBootConfig | null {
  const items = reader.list(value, ['runcmd'], maximalCommands);
  const lines = items.map((item) => lineOf(item));
  const wrong = lines.indexOf(undefined);
  if (wrong !== -1) {
    reader.mistake(['runcmd', wrong], 'is neither a text nor a list of texts');
    return null;
  }
  return { run: lines.length === 0 ? null : lines.join('\n'), scriptArguments: null };
}

function lineOf(item: unknown): string | undefined {
  if (typeof item === 'string') return item.includes('\0') ? undefined : item;
  const isList = Array.isArray(item) && item.every((word) => typeof word === 'string' || typeof word === 'number');
  return isList ? item.map((word) => quoteWord(String(word))).join(' ') : undefined;
}
