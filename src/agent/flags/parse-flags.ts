import { suggestion } from '../../core/command/suggestion.ts';
import { parseKeyValueLine } from '../../core/text/key-value-line.ts';
import { type Flag, type FlagName, type Flags, flagTable } from './flag-table.ts';

export interface ParsedFlags {
  readonly flags: Flags;
  /** One per mistake, with its line: `line 3: CONFIG_CRON: must be 0 or 1, and not "yes"; 1 is used`. */
  readonly warnings: string[];
  /** Keys that look like ours and are not, with their lines: left alone, but perhaps misspelt. */
  readonly unknown: string[];
}

const defaults = Object.fromEntries(
  Object.entries(flagTable).map(([key, flag]) => [key, flag.schema.parse(flag.default)]),
) as Record<FlagName, unknown>;

/**
 * Reads the text of a flags file: shell-style `KEY=value`, one per line, as scripts source it and admins edit it.
 * Tolerates `export`, spaces around `=`, quotes, trailing comments and CRLF. An empty or invalid value is the
 * default, unless the flag has another for a mistake; keys that are not ours are left alone.
 */
export function parseFlags(text: string): ParsedFlags {
  const values = { ...defaults };
  const warnings: string[] = [];
  const unknown: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const found = parseKeyValueLine(line);
    if (found === undefined) continue;
    if (!isFlagName(found.key)) {
      if (/^(CONFIG|GANDI)_/.test(found.key)) unknown.push(describeUnknown(index + 1, found.key));
      continue;
    }
    const { key, value } = found;
    const { schema, default: byDefault } = flagTable[key];
    const instead = insteadOfMistake(key);
    // As in a shell the last line of a key counts, also where it says nothing or something wrong.
    const parsed = value === undefined ? undefined : schema.safeParse(value === '' ? byDefault : value);
    values[key] = parsed?.success ? parsed.data : schema.parse(instead);
    if (value === undefined) warnings.push(describeMistake(index + 1, key, found.text, 'must end with its quote'));
    else if (!parsed?.success) warnings.push(describeMistake(index + 1, key, value, parsed?.error.issues[0]?.message));
  }
  return { flags: values as Flags, warnings, unknown };
}

/** The text of the shipped flags file: every flag, uncommented, one per line, so that `sed s/X=1/X=0/` finds it. */
export function renderDefaultFlags(): string {
  const entries = Object.entries(flagTable).map(([key, flag]) => {
    const value = /^[01]$/.test(flag.default) ? flag.default : `"${flag.default}"`;
    return `# ${flag.meaning}\n${key}=${value}\n`;
  });
  return `# Flags of gandi-vm-agent: what it may do on this machine. See gandi(5).\n\n${entries.join('\n')}`;
}

function isFlagName(key: string): key is FlagName {
  return Object.hasOwn(flagTable, key);
}

function insteadOfMistake(key: FlagName): string {
  const flag: Flag<unknown> = flagTable[key];
  return flag.ifMistaken ?? flag.default;
}

function describeUnknown(line: number, key: string): string {
  return `line ${line}: unknown flag ${key}${suggestion(key, Object.keys(flagTable))}`;
}

function describeMistake(line: number, key: FlagName, value: string, problem = 'is not valid'): string {
  const instead = insteadOfMistake(key);
  const used = instead === '' ? 'it is empty' : `${instead} is used`;
  return `line ${line}: ${key}: ${problem}, and not ${JSON.stringify(value)}; ${used}`;
}
