import { z } from 'zod';
import { parseJson } from '../../core/text/json-text.ts';

/** journalctl(1): one entry per line, of these fields only; without `--all` a field of more than 4096 bytes is null. */
export const journalForm = [
  '--no-pager',
  '--lines=5000',
  '--all',
  '--output=json',
  '--output-fields=MESSAGE,GANDI_SPEAKER,SYSLOG_IDENTIFIER,_PID',
];

// systemd.journal-fields(7) and "Journal JSON Format": a value that is not printable UTF-8 is a list of its bytes.
const value = z.union([z.string(), z.array(z.number()).transform((bytes) => Buffer.from(bytes).toString())]);
const entrySchema = z.object({
  __MONOTONIC_TIMESTAMP: z.coerce.number(),
  MESSAGE: value,
  GANDI_SPEAKER: z.unknown(),
  SYSLOG_IDENTIFIER: value.optional(),
  _PID: value.optional(),
});

/**
 * The agent's own words, one line per entry. An entry leaves the machine only if its fields say that the agent speaks:
 * programs of customers and admins do not, and neither does an entry that has no such field. How many are left out is said.
 * @param text as journalctl prints it in our form
 */
export function ownJournalLines(text: string): string {
  const entries = text.split('\n').filter((line) => line !== '');
  const own = entries.flatMap((line) => ownLine(line) ?? []);
  const others = entries.length - own.length;
  return [
    ...own,
    ...(others === 0 ? [] : [`${others} entries that are not the agent's own words are left out`]),
    '',
  ].join('\n');
}

function ownLine(line: string): string | undefined {
  const parsed = parseJson(line);
  const entry = 'value' in parsed ? entrySchema.safeParse(parsed.value).data : undefined;
  if (entry?.GANDI_SPEAKER !== 'agent') return undefined;
  const seconds = (entry.__MONOTONIC_TIMESTAMP / 1e6).toFixed(6);
  return `[${seconds}] ${entry.SYSLOG_IDENTIFIER ?? ''}[${entry._PID ?? ''}]: ${entry.MESSAGE}`;
}
