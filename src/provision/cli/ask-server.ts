import { z } from 'zod';
import { AgentError } from '../../core/error/agent-error.ts';
import type { Secret } from '../../core/secret/secret.ts';
import { type HostStep, hostStates } from '../serve/hosts/host.ts';
import { stepWords } from '../serve/hosts/step-words.ts';

export interface ServerAddress {
  readonly url: string;
  readonly token: Secret | undefined;
}

const steps = Object.keys(stepWords) as [HostStep, ...HostStep[]];

const run = z.object({
  id: z.number(),
  address: z.string(),
  action: z.enum(['install', 'config']),
  state: z.enum(['queued', 'running', 'done', 'failed', 'timed-out', 'interrupted']),
  attempt: z.number(),
  askedAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  reason: z.string().nullable(),
});

const host = z.object({
  id: z.number(),
  mac: z.string().nullable(),
  uuid: z.string().nullable(),
  address: z.string().nullable(),
  name: z.string().nullable(),
  state: z.enum(hostStates),
  step: z.enum(steps),
  since: z.string(),
  detail: z.string().nullable(),
  firstSeen: z.string(),
  lastSeen: z.string(),
  lastRun: run.nullable(),
});

export type HostView = z.infer<typeof host>;

export const hostsAnswer = z.object({ version: z.literal(1), hosts: z.array(host) });
export const hostAnswer = z.object({ version: z.literal(1), host });
export const shownHost = z.object({ version: z.literal(1), host, runs: z.array(run), log: z.array(z.string()) });

const problem = z.object({ error: z.string() });

const patienceMs = 30_000;

/**
 * Asks a server of `gandi-provision serve`.
 * @returns the JSON of its answer
 * @throws AgentError `host.no-server`, `host.refused` with what the server says
 */
export async function askServer(
  { url, token }: ServerAddress,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
): Promise<unknown> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` };
  const signal = AbortSignal.timeout(patienceMs);
  const response = await fetch(`${url.replace(/(?<!\/)\/+$/, '')}${path}`, { method, headers, signal }).catch(
    (error: unknown) => {
      throw noServer(url, error instanceof Error ? (error.cause ?? error) : error);
    },
  );
  const text = await response.text();
  if (response.ok) return text === '' ? undefined : JSON.parse(text);
  throw refused(url, response.status, text);
}

function noServer(url: string, cause: unknown): AgentError {
  return new AgentError('cannot ask the server', {
    code: 'host.no-server',
    subject: url,
    remedy: 'start `gandi-provision serve` there, or name another server with --server',
    cause,
  });
}

function refused(url: string, status: number, text: string): AgentError {
  const said = /^\{/.test(text) ? problem.safeParse(JSON.parse(text)).data?.error : undefined;
  return new AgentError(`the server answers ${status}${said === undefined ? '' : `: ${said}`}`, {
    code: 'host.refused',
    subject: url,
    remedy: status === 403 ? 'show the token with --token-file' : 'see the machines with `gandi-provision host list`',
  });
}
