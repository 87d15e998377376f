import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../../core/system/clock.ts';
import { type Reading, type Request, readRequest, renderAnswer, renderRefusal } from './http-1-0.ts';

export interface PlainServer {
  /** In which order they come is not said; the client's side of each may be closed already. */
  answer(request: Request, remoteAddress: string): Promise<{ readonly status: number; readonly reason: string }>;
}

/** Within this a client has sent its request, and after the answer it has closed its side. */
const patienceMs = 30_000;
const lingerMs = 5_000;

/**
 * A server of HTTP/1.0 for triggers: one request a connection. A client that closes its side after the request is answered
 * like any other.
 */
export function createPlainServer({ answer }: PlainServer, clock: Clock): Server {
  return createServer({ allowHalfOpen: true }, (socket) => {
    // It may be gone at any time; what it asked for goes on.
    socket.on('error', () => socket.destroy());
    receive(socket, (reading) => {
      if (reading.kind === 'request') {
        const { request } = reading;
        answer(request, socket.remoteAddress ?? '').then(({ status, reason }) =>
          send(socket, renderAnswer(status, reason, request, clock.now())),
        );
      } else send(socket, reading.kind === 'refusal' ? renderRefusal(reading.refusal, clock.now()) : Buffer.alloc(0));
    });
  });
}

function receive(socket: Socket, onReading: (reading: Reading) => void): void {
  let text = '';
  let isAnswered = false;
  const look = (isAll: boolean) => {
    if (isAnswered) return;
    const reading = readRequest(text, isAll);
    if (reading.kind === 'incomplete') return;
    isAnswered = true;
    clearTimeout(deadline);
    onReading(reading);
  };
  const deadline = setTimeout(() => socket.destroy(), patienceMs).unref();
  socket.on('data', (bytes) => {
    // What comes after the head is read and dropped: closing with bytes unread would lose the answer (RFC 9112, 9.6).
    if (isAnswered) return;
    text += bytes.toString('latin1');
    look(false);
  });
  socket.on('end', () => look(true));
}

function send(socket: Socket, bytes: Buffer): void {
  if (socket.destroyed) return;
  socket.end(bytes);
  setTimeout(() => socket.destroy(), lingerMs).unref();
}
