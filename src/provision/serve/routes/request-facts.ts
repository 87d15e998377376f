import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientAddress } from '../trigger/client-address.ts';
import { hasToken } from './access.ts';
import type { Parts } from './parts.ts';

/** The client's address: that of its connection, whatever a header says. */
export function addressOf(request: FastifyRequest): string {
  return clientAddress(request.socket.remoteAddress ?? '');
}

/** This server as the client calls it; a name that could not be one is the address that it came to. */
export function serverOf(request: FastifyRequest): string {
  const { host = '' } = request.headers;
  if (/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(host)) return `http://${host}`;
  const { localAddress = '', localPort } = request.socket;
  const address = clientAddress(localAddress);
  return `http://${address.includes(':') ? `[${address}]` : address}:${localPort}`;
}

/** Refuses a client without the token; undefined lets it pass. */
export function refuseStranger(
  { access }: Parts,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | undefined {
  if (hasToken(access, request.headers.authorization)) return undefined;
  return forbid(reply, 'this needs the token of the server');
}

export function forbid(reply: FastifyReply, problem: string): FastifyReply {
  return reply.code(403).type('application/json').send({ version: 1, error: problem });
}
