import { type Dispatcher, EnvHttpProxyAgent, request, RetryAgent } from 'undici';
import { AgentError } from '../../core/error/agent-error.ts';
import { type Arriving, failed, type Fetch, missing, unusable, type Validators } from './source.ts';

export interface HttpSource {
  readonly fetch: Fetch;
  close(): Promise<void>;
}

/** Seconds without a byte after which a server counts as silent. */
const silence = 30_000;
const maximalHops = 5;

/**
 * Fetches by HTTP, through the proxies that the environment names. An answer that breaks off is taken up again where it
 * stopped, by a Range, and a server that is busy for a moment is asked again.
 */
export function openHttpSource(): HttpSource {
  const proxies = new EnvHttpProxyAgent({
    headersTimeout: silence,
    bodyTimeout: silence,
    connect: { timeout: 10_000 },
  });
  const dispatcher = new RetryAgent(proxies, { maxRetries: 3, minTimeout: 250, timeoutFactor: 2, maxTimeout: 5000 });
  return {
    fetch: (url, known, signal) => fetchHops(dispatcher, url, url, known, signal, 0),
    close: () => dispatcher.destroy(),
  };
}

/** @param asked the URL that errors name @param url the one that a redirection led to */
async function fetchHops(
  dispatcher: Dispatcher,
  asked: string,
  url: string,
  known: Validators,
  signal: AbortSignal,
  hops: number,
): Promise<Arriving | 'unchanged'> {
  const answer = await request(url, { dispatcher, signal, headers: conditions(known) }).catch((cause: unknown) => {
    throw refusal(asked, cause);
  });
  const { statusCode, headers, body } = answer;
  if (statusCode === 200) {
    const validators = { entityTag: single(headers.etag), modified: single(headers['last-modified']) };
    return { validators, pieces: whole(asked, body, single(headers['content-length'])) };
  }
  await body.dump();
  if (statusCode === 304) return 'unchanged';
  if (![301, 302, 303, 307, 308].includes(statusCode)) throw answered(asked, statusCode);
  if (hops === maximalHops) throw failed(asked, `more than ${maximalHops} redirections`);
  return fetchHops(dispatcher, asked, nextHop(asked, url, single(headers.location)), known, signal, hops + 1);
}

function conditions({ entityTag, modified }: Validators): Record<string, string> {
  return {
    ...(entityTag === undefined ? {} : { 'if-none-match': entityTag }),
    ...(modified === undefined ? {} : { 'if-modified-since': modified }),
  };
}

/** What came by HTTPS is not fetched in the clear, and a file of this machine is not what an archive has. */
function nextHop(asked: string, url: string, location: string | undefined): string {
  const next = location === undefined ? null : URL.parse(location, url);
  if (next === null) throw failed(asked, 'a redirection that leads nowhere');
  const allowed = url.startsWith('https:') ? ['https:'] : ['http:', 'https:'];
  if (!allowed.includes(next.protocol)) throw failed(asked, `a redirection to ${next.protocol}`);
  return next.href;
}

/** @throws AgentError `download.failed` once the source breaks off for good, or has sent less than it announced */
async function* whole(
  url: string,
  body: AsyncIterable<Uint8Array>,
  announced: string | undefined,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const piece of body) {
      bytes += piece.length;
      yield piece;
    }
  } catch (cause) {
    throw refusal(url, cause);
  }
  if (announced !== undefined && bytes !== Number(announced)) throw unusable(url, `${bytes} bytes of ${announced}`);
}

function answered(url: string, status: number): AgentError {
  return status === 404 || status === 410 ? missing(url, `status ${status}`) : failed(url, `status ${status}`);
}

/** The retry agent throws what a server answers to the last try. */
function refusal(url: string, cause: unknown): unknown {
  if (cause instanceof AgentError || (cause instanceof Error && cause.name === 'AbortError')) return cause;
  const status = cause instanceof Error && 'statusCode' in cause ? Number(cause.statusCode) : 0;
  return status >= 300 ? answered(url, status) : failed(url, cause);
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
