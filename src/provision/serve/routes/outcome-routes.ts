import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { shownSecret } from './access.ts';
import type { Parts } from './parts.ts';
import { forbid } from './request-facts.ts';

/** What an agent reports of its machine. */
const outcome = z.object({
  version: z.literal(1),
  state: z.enum(['working', 'done', 'failed']),
  /** For people: which stage works, or what failed. */
  detail: z
    .string()
    .max(1000)
    .nullish()
    .transform((text) => text ?? null),
});

/** Where the agent of a machine posts its outcome, with the key that the machine was given when it was installed. */
export async function outcomeRoutes(app: FastifyInstance, { service, journal }: Parts): Promise<void> {
  app.post<{ Params: { id: string } }>('/v1/outcome/:id', async (request, reply) => {
    const id = /^\d{1,9}$/.test(request.params.id) ? Number(request.params.id) : -1;
    const key = shownSecret(request.headers.authorization);
    if (key === undefined || !(await service.hosts.isOutcomeKey(id, key)))
      return forbid(reply, 'this is not the key of the machine; a later installation gave it another');
    const posted = outcome.safeParse(request.body);
    if (!posted.success) {
      const problems = posted.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
      return reply.code(400).send({ version: 1, error: problems.join('; ') });
    }
    const { state, detail } = posted.data;
    const host = await service.hosts.noteById(id, { kind: 'outcome', state, detail });
    journal.info(`the agent of host ${id} says ${state}`, { host: id, detail });
    return reply.send({ version: 1, state: host?.state });
  });
}
