import { connectDatagram, type SendDatagram } from './datagram-socket.ts';
import { type Fields, type Level, renderJournalEntry, renderSyslog } from './log-entry.ts';

/** The log of the machine: the journal, or syslog where there is none. */
export interface SystemLog {
  /** @returns whether it was taken; the caller says it elsewhere if not */
  write(level: Level, message: string, fields: Fields): boolean;
}

type Render = (level: Level, identifier: string, message: string, fields: Fields) => string;

/** Where a log is, the better first. */
const logs: readonly { readonly socket: string; readonly render: Render }[] = [
  { socket: '/run/systemd/journal/socket', render: renderJournalEntry },
  { socket: '/dev/log', render: (level, name, ...said) => renderSyslog(level, name, process.pid, ...said) },
];

/**
 * Opened at the first line. Each line is one datagram: no process is started, none of them waits for the log, and none
 * is lost when the agent ends.
 * @param identifier the name under which the machine files the lines
 */
export function openSystemLog(identifier: string, places = logs): SystemLog {
  let open: { readonly send: SendDatagram; readonly render: Render } | undefined;
  let isLooking = true;
  return {
    write: (level, message, fields) => {
      if (isLooking) open = firstOpen(places);
      isLooking = false;
      if (open === undefined) return false;
      return open.send(Buffer.from(open.render(level, identifier, message, fields)));
    },
  };
}

function firstOpen(places: typeof logs): { send: SendDatagram; render: Render } | undefined {
  for (const { socket, render } of places) {
    const send = connectDatagram(socket);
    if (send !== undefined) return { send, render };
  }
  return undefined;
}
