import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What the server does in place of sending a file. */
export type Fault = 'truncated' | 'empty' | 'html' | 'slow' | '302' | '403' | '404' | '500' | 'cut once';

export interface ArchiveServer {
  readonly url: string;
  /** Path without the leading slash: content. May be changed while it serves. */
  readonly files: Map<string, string | Buffer>;
  /** By the end of a path. */
  readonly faults: Map<string, Fault>;
  readonly asked: string[];
  /** Bytes of bodies that were sent. */
  sent(): number;
  /** Bytes on the wire to clients, headers too. */
  sentInAll(): number;
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Sends `ETag`, and answers 304 and ranges. */
  readonly knowsTags?: boolean;
}

/** An archive on the loopback. */
export async function serveArchive({ knowsTags = true }: ServerOptions = {}): Promise<ArchiveServer> {
  const files = new Map<string, string | Buffer>();
  const faults = new Map<string, Fault>();
  const asked: string[] = [];
  let sent = 0;
  const sockets: Socket[] = [];
  const server = createServer((request, response) => {
    const path = decodeURI(request.url ?? '').replace(/\/{2,}/g, '/');
    asked.push(path);
    const moved = path.replace(/^\/moved/, '');
    const content = files.get(moved.slice(1));
    const [end, fault] = moved === path ? ([...faults].find(([each]) => path.endsWith(each)) ?? []) : [];
    if (fault === 'cut once' && end !== undefined) faults.delete(end);
    sent += answer(request, response, fault ?? (content === undefined ? '404' : undefined), content, path, knowsTags);
  });
  server.on('connection', (socket) => void sockets.push(socket));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    files,
    faults,
    asked,
    sent: () => sent,
    sentInAll: () => sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
    close: () => close(server),
  };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  fault: Fault | undefined,
  content: string | Buffer | undefined,
  path: string,
  knowsTags: boolean,
): number {
  const body = Buffer.from(content ?? '');
  if (fault !== undefined && /^[45]/.test(fault)) return end(response, Number(fault), `<html>error ${fault}</html>\n`);
  if (fault === '302') return end(response, 302, '', { location: `/moved${path}` });
  if (fault === 'html') return end(response, 200, '<!DOCTYPE html>\n<html>welcome</html>\n');
  if (fault === 'empty') return end(response, 200, '');
  const tag = knowsTags ? { etag: `"${body.toString('latin1').length}-${body.subarray(0, 20).toString('hex')}"` } : {};
  if (fault === 'slow' || fault === 'truncated' || fault === 'cut once') {
    const half = body.subarray(0, body.length >> 1);
    response.writeHead(200, { 'content-length': body.length, ...tag });
    response.write(half, () => fault !== 'slow' && response.destroy());
    return half.length;
  }
  if (tag.etag !== undefined && request.headers['if-none-match'] === tag.etag) return end(response, 304, '', tag);
  const [, from] = /^bytes=(\d+)-/.exec(request.headers.range ?? '') ?? [];
  if (!knowsTags || from === undefined) return end(response, 200, body, tag);
  const range = `bytes ${from}-${body.length - 1}/${body.length}`;
  return end(response, 206, body.subarray(Number(from)), { ...tag, 'content-range': range });
}

function end(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = {},
): number {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...(status === 304 ? {} : { 'content-length': bytes.length }), ...headers });
  response.end(bytes);
  return bytes.length;
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((closed) => server.close(() => closed()));
}
