import Transport from 'winston-transport';
import { connectDatagram, type SendDatagram } from './datagram-socket.ts';
import { type Fields, type Level, type LogLine, renderJournalEntry, renderSyslog } from './log-entry.ts';

/**
 * Makes the transport that writes to the log of the machine: that of the journal, or of syslog where there is none.
 * @param refused gets each line that the log does not take
 * @returns undefined where nobody listens
 */
export type SystemLog = (refused: (line: LogLine) => void) => Transport | undefined;

type Render = (level: Level, identifier: string, message: string, fields: Fields) => string;

/** Where a log is, the better first. */
const logs: readonly { readonly socket: string; readonly render: Render }[] = [
  { socket: '/run/systemd/journal/socket', render: renderJournalEntry },
  { socket: '/dev/log', render: (level, name, ...said) => renderSyslog(level, name, process.pid, ...said) },
];

/**
 * Each line is one datagram: no process is started, none of them waits for the log, and none is lost when the agent ends.
 * @param identifier the name under which the machine files the lines
 */
export function openSystemLog(identifier: string, places = logs): SystemLog {
  return (refused) => {
    for (const { socket, render } of places) {
      const send = connectDatagram(socket);
      if (send !== undefined) return datagramTransport(send, (line) => renderFor(line, identifier, render), refused);
    }
    return undefined;
  };
}

function renderFor({ level, message, fields }: LogLine, identifier: string, render: Render): Uint8Array {
  return Buffer.from(render(level, identifier, message, fields));
}

function datagramTransport(
  send: SendDatagram,
  render: (line: LogLine) => Uint8Array,
  refused: (line: LogLine) => void,
): Transport {
  return new Transport({
    log: (line: LogLine, next) => {
      if (!send(render(line))) refused(line);
      next();
    },
  });
}
