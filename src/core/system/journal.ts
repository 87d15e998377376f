import { fstatSync } from 'node:fs';
import { createLogger, format, type Logger, transports } from 'winston';
import type Transport from 'winston-transport';
import { type Fields, forPeople, type Level, type LogLine, priorityOf, renderLine, withoutStage } from './log-entry.ts';
import type { SystemLog } from './system-log.ts';

export type { Fields, Level };

export interface Journal {
  error(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  debug(message: string, fields?: Fields): void;
}

// By its number: making the stream takes processor time for which a disk's mount would wait.
const stderr = 2;

// Each transport has a form of its own; without this winston would make JSON of each line first.
const asItIs = format((line) => line)();

export interface JournalOptions {
  /** The machine's own log; without it nothing but standard error is written to. */
  readonly log?: SystemLog | undefined;
  /** Which stage or command of the agent speaks; in the machine's log only. */
  readonly stage?: string | undefined;
  /** The command prints its result itself: standard error has no line of the log. */
  readonly isQuiet?: boolean;
}

/**
 * Writes to the machine's log, and to standard error. Where standard error is the journal already, only to the one of them that has
 * fields; a line that the log does not take goes there with its priority.
 */
export function openJournal(level: Level = 'info', { log, stage, isQuiet = false }: JournalOptions = {}): Journal {
  let logger: Logger | undefined;
  const ofAll = stage === undefined ? {} : { stage };
  const at = (name: Level) => (message: string, fields?: Fields) => {
    if (priorityOf[name] > priorityOf[level]) return;
    // Made for the first line: what is done in silence, such as a first mount, does not wait for it.
    logger ??= createLogger({ level, format: asItIs, transports: openTransports(log, isQuiet, level === 'debug') });
    const line: LogLine = { level: name, message, fields: { ...ofAll, ...fields } };
    logger.log(line);
  };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}

function openTransports(log: SystemLog | undefined, isQuiet: boolean, isVerbose: boolean): Transport[] {
  const textFields = isVerbose ? withoutStage : forPeople;
  if (isStderrTheJournal()) {
    const terminal = terminalTransport(true, textFields);
    return [log?.((line) => terminal.write(line)) ?? terminal];
  }
  return [log?.(() => undefined) ?? [], isQuiet ? silent() : terminalTransport(false, textFields)].flat();
}

/** winston complains of a logger that writes nowhere. */
function silent(): Transport {
  return new transports.Console({ silent: true });
}

/**
 * @param hasPriorities as the journal reads them: sd-daemon(3)
 * @param textFields which of the fields the text has
 */
function terminalTransport(hasPriorities: boolean, textFields: (fields: Fields) => Fields): Transport {
  return new transports.Console({
    stderrLevels: ['error', 'warn', 'info', 'debug'],
    format: format.printf((info) => {
      const { level, message, fields } = info as unknown as LogLine;
      const line = renderLine(message, textFields(fields));
      return hasPriorities ? `<${priorityOf[level]}>${line}` : line;
    }),
  });
}

/** systemd.exec(5): JOURNAL_STREAM is device and inode of the stream that it connected; a redirected one is another. */
function isStderrTheJournal(): boolean {
  const { dev, ino } = fstatSync(stderr);
  return process.env.JOURNAL_STREAM === `${dev}:${ino}`;
}

/** For looks at the machine whose mistakes somebody else tells. */
export const silentJournal: Journal = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
};
