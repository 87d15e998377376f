import { oneLine } from './one-line.ts';

export type Level = 'error' | 'warn' | 'info' | 'debug';

/**
 * Who speaks: the agent itself, or a program of the customer's or the admin's whose output it passes on. What a program
 * says may be anything and is theirs, so it never leaves the machine.
 */
export type Speaker = 'agent' | 'program';

/**
 * Facts beside the sentence: stage, device, action, duration. Values that are Secrets are masked by themselves. `speaker`
 * is the agent where it is not given, and is a field of the journal only.
 */
export type Fields = Readonly<Record<string, unknown>> & { readonly speaker?: Speaker };

/** What a transport of winston gets. */
export interface LogLine {
  readonly level: Level;
  readonly message: string;
  readonly fields: Fields;
}

/** syslog(3), and sd-daemon(3): a line on standard error that starts with <N> gets priority N in the journal. */
export const priorityOf: Readonly<Record<Level, number>> = { error: 3, warn: 4, info: 6, debug: 7 };

/** One line for the one who reads text: the sentence, then as `key=value` what belongs to it and is not in it. */
export function renderLine(message: string, { speaker: _, ...fields }: Fields = {}): string {
  const rest = Object.entries(fields).filter(([, value]) => !(typeof value === 'string' && message.includes(value)));
  return oneLine([message, ...rest.map(([key, value]) => `${key}=${text(value)}`)].join(' '));
}

/**
 * One entry in the journal's own protocol (https://systemd.io/JOURNAL_NATIVE_PROTOCOL/): `KEY=value`, one per line. A
 * field `durationMs` is `GANDI_DURATION_MS` there.
 */
export function renderJournalEntry(level: Level, identifier: string, message: string, fields: Fields = {}): string {
  const own = Object.entries({ speaker: 'agent', ...fields }).map(([key, value]) => [
    `GANDI_${upperSnake(key)}`,
    oneLine(text(value)),
  ]);
  const entries = [
    ['MESSAGE', renderLine(message, forPeople(fields))],
    ['PRIORITY', String(priorityOf[level])],
    ['SYSLOG_IDENTIFIER', oneLine(identifier)],
    ...own,
  ];
  return entries.map(([key, value]) => `${key}=${value}\n`).join('');
}

const LOG_DAEMON = 3;

/** One message of syslog(3) as its clients write it to /dev/log; without a time, as the server puts in its own. */
export function renderSyslog(
  level: Level,
  identifier: string,
  pid: number,
  message: string,
  fields: Fields = {},
): string {
  return `<${LOG_DAEMON * 8 + priorityOf[level]}>${oneLine(identifier)}[${pid}]: ${renderLine(message, fields)}`;
}

/** For text: its reader knows which command speaks. */
export function withoutStage({ stage: _, ...fields }: Fields): Fields {
  return fields;
}

/** For a sentence that a person reads: what is done is in it, and kind and duration of an action are for programs. */
export function forPeople({ step: _, action: __, durationMs: ___, ...fields }: Fields): Fields {
  return withoutStage(fields);
}

function upperSnake(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : String(JSON.stringify(value));
}
