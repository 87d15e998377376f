import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Host } from '../hosts/host.ts';
import { lastLines, logPath } from '../queue/run-log.ts';
import { isEnded, type Run } from '../queue/run.ts';
import type { Parts } from './parts.ts';
import { addressOf, forbid, refuseStranger } from './request-facts.ts';
import { apiVersion, hostView, runView } from './views.ts';

/** Lines of a machine's log that are shown. */
export const shownLines = 40;

interface ByWord {
  readonly Params: { readonly word: string };
}

/** The machines as JSON, and what a person can do about one. */
export async function hostRoutes(app: FastifyInstance, parts: Parts): Promise<void> {
  const { service, files } = parts;
  const { hosts, runs, trigger } = service;

  app.get<{ Params: { id: string } }>('/v1/runs/:id', async (request, reply) => {
    const run = /^\d{1,9}$/.test(request.params.id) ? await runs.get(Number(request.params.id)) : undefined;
    // A machine may look at what it asked for itself.
    const refused = run?.address === addressOf(request) ? undefined : refuseStranger(parts, request, reply);
    return refused ?? (run === undefined ? notFound(reply, 'run') : reply.send(runView(run)));
  });

  app.register(async (guarded) => {
    guarded.addHook('onRequest', async (request, reply) => {
      if (isFromAnotherSite(request)) return forbid(reply, 'a page of another site cannot do this');
      return refuseStranger(parts, request, reply);
    });

    guarded.get('/v1/hosts', async () => ({
      version: apiVersion,
      hosts: await Promise.all((await hosts.all()).map(async (host) => hostView(host, await runsOf(parts, host)))),
    }));

    guarded.get<ByWord>('/v1/hosts/:word', async ({ params }, reply) => {
      const host = await hosts.lookUp(params.word);
      if (host === undefined) return notFound(reply, 'machine');
      const all = await runsOf(parts, host);
      const log =
        host.address === null ? [] : await lastLines(files, logPath(service.logFolder, host.address), shownLines);
      return { version: apiVersion, host: hostView(host, all), runs: all.map((run) => runView(run).run), log };
    });

    guarded.post<ByWord>('/v1/hosts/:word/retry', async ({ params }, reply) => {
      const host = await hosts.lookUp(params.word);
      if (host === undefined) return notFound(reply, 'machine');
      const [last] = await runsOf(parts, host);
      const noted = (await hosts.noteById(host.id, { kind: 'retry' })) ?? host;
      const isAgain = last !== undefined && isEnded(last) && last.state !== 'done';
      const run = isAgain ? (await trigger.queue.ask(last.address, last.action)).run : last;
      return {
        version: apiVersion,
        host: hostView((await hosts.get(host.id)) ?? noted, run === undefined ? [] : [run]),
      };
    });

    guarded.delete<ByWord>('/v1/hosts/:word', async ({ params }, reply) => {
      const host = await hosts.lookUp(params.word);
      if (host === undefined) return notFound(reply, 'machine');
      if ((await runsOf(parts, host)).some((run) => !isEnded(run)))
        return reply.code(409).send({ version: apiVersion, error: 'a run of it is queued or under way' });
      await hosts.forget(host.id);
      return reply.code(204).send();
    });
  });
}

export async function runsOf({ service }: Parts, { address }: Host): Promise<Run[]> {
  return address === null ? [] : service.runs.ofAddress(address);
}

function notFound(reply: FastifyReply, what: string): FastifyReply {
  return reply.code(404).send({ version: apiVersion, error: `there is no such ${what}` });
}

/** A browser says where a request comes from that changes something; other clients do not. */
function isFromAnotherSite({ method, headers }: FastifyRequest): boolean {
  return method !== 'GET' && method !== 'HEAD' && headers.origin !== undefined;
}
