import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { createLogger, format, type Logger, transports } from 'winston';
import { type Fields, type Level, priorityOf, renderLine } from './log-entry.ts';
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

export interface JournalOptions {
  /** The machine's own log; without it nothing but standard error is written to. */
  readonly log?: SystemLog | undefined;
  /** Which stage or command of the agent speaks. */
  readonly stage?: string | undefined;
}

/**
 * Writes to the machine's log, and to standard error: for people on a terminal, with priorities elsewhere. Where
 * standard error is the journal already, only to the one of them that has fields.
 */
export function openJournal(level: Level = 'info', { log, stage }: JournalOptions = {}): Journal {
  const forPeople = isatty(stderr);
  const isSaidTwice = log !== undefined && !forPeople && isStderrTheJournal();
  // Made for the first line: what is done in silence, such as a first mount, does not wait for it.
  const makeLogger = () =>
    createLogger({
      level,
      format: format.printf((info) => {
        const line = renderLine(String(info.message), info.fields as Fields | undefined);
        return forPeople ? line : `<${priorityOf[info.level as Level]}>${line}`;
      }),
      transports: [new transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] })],
    });
  let logger: Logger | undefined;
  const at = (name: Level) => (message: string, fields?: Fields) => {
    if (priorityOf[name] > priorityOf[level]) return;
    const isTaken = log?.write(name, message, { ...(stage === undefined ? {} : { stage }), ...fields }) ?? false;
    if (isTaken && isSaidTwice) return;
    logger ??= makeLogger();
    logger.log({ level: name, message, fields });
  };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
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
