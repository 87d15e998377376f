import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An answer, taken apart byte by byte. */
export interface RawAnswer {
  readonly raw: string;
  readonly version?: string;
  readonly status?: number;
  readonly reason?: string;
  /** By lower-case name, without `date` and `server`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly hasDate: boolean;
  readonly bodyBytes: number;
}

/** Connects from an address of this machine to the server of the same family. */
export function connectFrom(from: string, port: number): Socket {
  const host = from.includes(':') ? '::1' : '127.0.0.1';
  return connect({ host, port, localAddress: from, allowHalfOpen: true });
}

/**
 * Sends bytes and closes that side, then reads to the end.
 * @throws the error of the connection
 */
export async function exchange(from: string, port: number, request: string | Buffer): Promise<RawAnswer> {
  const socket = connectFrom(from, port);
  await once(socket, 'connect');
  socket.end(request);
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  return takeApart(Buffer.concat(pieces).toString('latin1'));
}

function takeApart(raw: string): RawAnswer {
  const [, version, status, reason] = /^(HTTP\/\d\.\d) (\d{3}) ([^\r]*)\r\n/.exec(raw) ?? [];
  if (version === undefined || reason === undefined) return { raw, headers: {}, hasDate: false, bodyBytes: raw.length };
  const end = raw.indexOf('\r\n\r\n');
  const lines = raw.slice(0, end).split('\r\n').slice(1);
  const all = lines.map((line) => {
    const [, name = '', value = ''] = /^([^:]*): (.*)$/.exec(line) ?? [];
    return [name.toLowerCase(), value] as const;
  });
  const headers = Object.fromEntries(all.filter(([name]) => name !== 'date' && name !== 'server'));
  const hasDate = all.some(([name, value]) => name === 'date' && /^\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/.test(value));
  return { raw, version, status: Number(status), reason, headers, hasDate, bodyBytes: raw.length - end - 4 };
}
