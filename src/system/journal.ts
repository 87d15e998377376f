import { createLogger, format, type Logger, transports } from 'winston';

export type Level = 'error' | 'warn' | 'info' | 'debug';

/** Facts beside the sentence: stage, device, action, duration. Values that are Secrets are masked by themselves. */
export type Fields = Readonly<Record<string, unknown>>;

export interface Journal {
  error(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  debug(message: string, fields?: Fields): void;
}

// sd-daemon(3): a line on standard error that starts with <N> gets priority N in the journal.
const priority: Record<Level, number> = { error: 3, warn: 4, info: 6, debug: 7 };

/** Writes to standard error: for people on a terminal, with priorities where systemd keeps the stream. */
export function openJournal(level: Level = 'info'): Journal {
  const forPeople = process.stderr.isTTY === true;
  const logger: Logger = createLogger({
    level,
    format: format.printf((info) => {
      const line = oneLine(`${String(info.message)}${describeFields(info.fields as Fields | undefined)}`);
      return forPeople ? line : `<${priority[info.level as Level]}>${line}`;
    }),
    transports: [new transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] })],
  });
  const at = (name: Level) => (message: string, fields?: Fields) => {
    logger.log({ level: name, message, fields });
  };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}

function describeFields(fields: Fields | undefined): string {
  if (fields === undefined) return '';
  return Object.entries(fields)
    .map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
}

// Control characters, and those that start a line, hide text or turn its direction (Unicode categories Cc, Cf, Zl, Zp).
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text from a disk or a payload must not be able to start a line of its own or to move the reader's cursor. */
function oneLine(text: string): string {
  return text.replace(unsafe, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
