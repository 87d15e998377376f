import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { decideTrigger } from '../trigger/decide-trigger.ts';
import { pullTrigger } from '../trigger/trigger.ts';
import type { Parts } from './parts.ts';
import { addressOf, refuseStranger } from './request-facts.ts';
import { runView } from './views.ts';

const paths = ['/install/*', '/config/*', '/cdist/install/*', '/cdist/config/*', '/file/present/*', '/file/absent/*'];

/**
 * cdist's triggers: GET, HEAD and POST are the same, whatever body comes with them. The answer comes when the run has
 * ended, with an empty body; a client that prefers it (RFC 7240) is answered at once, with where to look.
 */
export async function triggerRoutes(app: FastifyInstance, parts: Parts): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    payload.on('end', () => done(null));
  });
  for (const url of paths) {
    app.route({ method: ['GET', 'HEAD', 'POST'], url, handler: (request, reply) => answer(parts, request, reply) });
  }
}

async function answer(parts: Parts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const refused = refuseStranger(parts, request, reply);
  if (refused !== undefined) return refused;
  const waits = parts.waits && !/\brespond-async\b/i.test(String(request.headers.prefer ?? ''));
  const wish = decideTrigger(request.raw.url ?? '');
  const { status, reason, run } = await pullTrigger(parts.service.trigger, wish, addressOf(request), waits);
  reply.code(status);
  reply.raw.statusMessage = reason;
  if (status !== 202 || run === undefined) return reply.send('');
  return reply.header('location', `/v1/runs/${run.id}`).send(runView(run));
}
