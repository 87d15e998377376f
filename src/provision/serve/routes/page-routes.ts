import type { FastifyInstance } from 'fastify';
import { renderMetrics } from '../page/metrics.ts';
import { renderHostPage, renderHostsPage } from '../page/page.ts';
import { lastLines, logPath } from '../queue/run-log.ts';
import { hasToken } from './access.ts';
import { runsOf, shownLines } from './host-routes.ts';
import type { Parts } from './parts.ts';

/** The page is its own: no script, nothing from elsewhere, in no frame. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/** What people and their monitoring look at. */
export async function pageRoutes(
  app: FastifyInstance,
  parts: Parts,
  requests: ReadonlyMap<number, number>,
): Promise<void> {
  const { service, clock, files, access } = parts;
  app.addHook('onRequest', async (request, reply) => {
    const { authorization } = request.headers;
    if (hasToken(access, authorization)) return undefined;
    // A browser asks its user only after this; who showed a wrong token before is refused.
    if (authorization !== undefined) return reply.code(403).type('text/plain').send('this is not the token\n');
    return reply
      .code(401)
      .header('www-authenticate', 'Basic realm="gandi-provision: the token is the password", charset="UTF-8"')
      .type('text/plain')
      .send('this needs the token of the server\n');
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.headers({ 'content-security-policy': policy, 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
  });
  app.get('/', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(renderHostsPage(await service.hosts.all(), clock.now())),
  );
  app.get<{ Params: { id: string } }>('/hosts/:id', async ({ params }, reply) => {
    const host = await service.hosts.lookUp(params.id);
    if (host === undefined) return reply.code(404).type('text/plain').send('there is no such machine\n');
    const log =
      host.address === null ? [] : await lastLines(files, logPath(service.logFolder, host.address), shownLines);
    const page = renderHostPage(host, await runsOf(parts, host), log, clock.now());
    return reply.type('text/html; charset=utf-8').send(page);
  });
  app.get('/metrics', async (_request, reply) => {
    const counts = { hosts: await service.hosts.counts(), runs: await service.runs.counts(), requests };
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(renderMetrics(counts));
  });
}
