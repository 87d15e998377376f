import type { ClientRequest, RequestOptions } from 'node:http';
import type { Secret } from '../secret/secret.ts';
import { wellFormed } from './byte-text.ts';

/** What a server answered, or why there is no answer. */
export type PostAnswer = { readonly status: number } | { readonly problem: string };

/** More than any answer says that is looked at. */
const maximalAnswer = 64 * 1024;

/**
 * Posts JSON by HTTP/1.1 with a bearer token (RFC 6750), and follows no redirection: the token is for this server. The modules
 * of Node are asked for when they are needed, as no snapshot of a start holds them.
 * @param seconds until it counts as not answered
 */
export function postJson(url: string, token: Secret, content: unknown, seconds: number): Promise<PostAnswer> {
  const body = Buffer.from(JSON.stringify(content, wellFormed));
  const { promise, resolve } = Promise.withResolvers<PostAnswer>();
  const signal = AbortSignal.timeout(seconds * 1000);
  const options = {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token.reveal()}`,
      'content-type': 'application/json',
      'content-length': body.length,
      connection: 'close',
    },
    signal,
  };
  const fail = (error: Error) => resolve({ problem: signal.aborted ? `no answer within ${seconds} s` : error.message });
  try {
    const request = open(new URL(url), options);
    request.once('error', fail);
    request.once('response', (response) => {
      let length = 0;
      response.on('data', (piece: Buffer) => {
        length += piece.length;
        if (length > maximalAnswer) request.destroy();
      });
      response.once('error', fail);
      response.once('close', () => resolve({ status: response.statusCode ?? 0 }));
    });
    request.end(body);
  } catch (error) {
    fail(error as Error);
  }
  return promise;
}

function open(url: URL, options: RequestOptions): ClientRequest {
  const module = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
  return module.request(url, options);
}
