import { fstatSync } from 'node:fs';
import { createLogger, format, transports } from 'winston';
import { type Fields, type Level, priorityOf, renderLine } from './log-entry.ts';
import type { SystemLog } from './system-log.ts';

export type { Fields, Level };

export interface Journal {
  error(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  debug(message: string, fields?: Fields): void;
}

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
  const forPeople = process.stderr.isTTY === true;
  const isSaidTwice = log !== undefined && !forPeople && isStderrTheJournal();
  const logger = createLogger({
    level,
    format: format.printf((info) => {
      const line = renderLine(String(info.message), info.fields as Fields | undefined);
      return forPeople ? line : `<${priorityOf[info.level as Level]}>${line}`;
    }),
    transports: [new transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] })],
  });
  const at = (name: Level) => (message: string, fields?: Fields) => {
    if (!logger.isLevelEnabled(name)) return;
    const isTaken = log?.write(name, message, { ...(stage === undefined ? {} : { stage }), ...fields }) ?? false;
    if (!(isTaken && isSaidTwice)) logger.log({ level: name, message, fields });
  };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}

/** systemd.exec(5): JOURNAL_STREAM is device and inode of the stream that it connected; a redirected one is another. */
function isStderrTheJournal(): boolean {
  const { dev, ino } = fstatSync(process.stderr.fd);
  return process.env.JOURNAL_STREAM === `${dev}:${ino}`;
}
