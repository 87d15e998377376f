import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance } from 'fastify';
import { describeError } from '../../../core/error/agent-error.ts';
import { isAllowedAddress } from './access.ts';
import { fileRoutes } from './file-routes.ts';
import { hostRoutes } from './host-routes.ts';
import { menuRoutes } from './menu-routes.ts';
import { outcomeRoutes } from './outcome-routes.ts';
import { pageRoutes } from './page-routes.ts';
import type { Parts } from './parts.ts';
import { addressOf, forbid } from './request-facts.ts';
import { triggerRoutes } from './trigger-routes.ts';

/** Bytes of a body; all that is posted is a few lines of JSON. */
const bodyLimit = 64 * 1024;

/** Addresses whose requests are counted at a time; who was not seen for longest is forgotten first. */
const countedAddresses = 10_000;

const quiet = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false };

/** The server with all its routes, not listening yet. */
export async function openServer(parts: Parts): Promise<FastifyInstance> {
  const { access, requestsPerSecond, journal } = parts;
  const requests = new Map<number, number>();
  const app = fastify({ bodyLimit, requestTimeout: 30_000, forceCloseConnections: 'idle', return503OnClosing: false });
  // A client that closes its side after the request waits for its answer: Node's server hangs up on it unless told.
  Object.assign(app.server, { httpAllowHalfOpen: true });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    if (!isAllowedAddress(access, addressOf(request))) return forbid(reply, 'this address is not allowed');
    return undefined;
  });
  app.addHook('onResponse', async (request, reply) => {
    requests.set(reply.statusCode, (requests.get(reply.statusCode) ?? 0) + 1);
    const host = addressOf(request);
    // The query may be long and anything; the path is enough to know what was asked for.
    const path = (request.raw.url ?? '').split('?', 1)[0];
    journal.debug(`${host} ${request.method} ${path}: ${reply.statusCode}`, { host, status: reply.statusCode });
  });
  app.setErrorHandler<Error & { statusCode?: number }>((error, request, reply) => {
    const { statusCode = 500 } = error;
    if (statusCode >= 500) journal.error(`cannot answer ${addressOf(request)}: ${describeError(error)}`);
    return reply.code(statusCode).send({ version: 1, error: statusCode >= 500 ? 'internal error' : error.message });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ version: 1, error: 'there is nothing here' }));
  await app.register(rateLimit, {
    max: requestsPerSecond,
    timeWindow: 1000,
    cache: countedAddresses,
    keyGenerator: addressOf,
    // Only who is refused is told, by Retry-After.
    addHeadersOnExceeding: quiet,
    addHeaders: { ...quiet, 'retry-after': true },
  });
  app.get('/healthz', async () => ({ version: 1, state: 'serving' }));
  await app.register((scope) => triggerRoutes(scope, parts));
  await app.register((scope) => menuRoutes(scope, parts));
  await app.register((scope) => fileRoutes(scope, parts));
  await app.register((scope) => outcomeRoutes(scope, parts));
  await app.register((scope) => hostRoutes(scope, parts));
  await app.register((scope) => pageRoutes(scope, parts, requests));
  return app;
}
