import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { filesPath, resolveFile } from '../menus/store-files.ts';
import type { Parts } from './parts.ts';
import { plainPath } from './plain-path.ts';
import { addressOf, forbid } from './request-facts.ts';

/** The files of the store, with ranges, ETags and the time of their last change. */
export async function fileRoutes(app: FastifyInstance, parts: Parts): Promise<void> {
  const { store, service } = parts;
  if (store === undefined) return;
  await app.register(fastifyStatic, { root: store.folder, serve: false, cacheControl: false });
  app.get(`${filesPath}*`, async (request, reply) => {
    const path = plainPath(request.raw.url ?? '', filesPath);
    if (path === undefined) return forbid(reply, 'this is not the path of a file in the store');
    const resolved = await resolveFile(store, path);
    if (resolved === undefined)
      return reply.code(404).send({ version: 1, error: 'there is no such file in the store' });
    const host = await service.hosts.find({ address: addressOf(request) });
    if (host !== undefined && request.method === 'GET') await service.hosts.noteById(host.id, { kind: 'file', path });
    return reply.sendFile(resolved, store.folder);
  });
}
