import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { freePort, type StartedServer, startProcess, untilServing } from './cdist-server.ts';

/** `gandi-provision serve` on loopback, with a folder of the test's own for all that it keeps. */
export interface Serving {
  readonly folder: string;
  readonly url: string;
  readonly port: number;
  readonly server: StartedServer;
  /** Ends it by a signal and starts it once more with the same words; returns the new one. */
  restart(signal: 'SIGTERM' | 'SIGKILL', ...words: readonly string[]): Promise<StartedServer>;
  /** Runs `gandi-provision` with these words; it fails with none of its statuses. */
  run(...words: readonly string[]): Promise<{ exitCode: number | undefined; stdout: string; stderr: string }>;
  close(): Promise<void>;
}

const program = resolve('src/provision/start.ts');

/** @param words after `serve`; `FOLDER` in them stands for the folder */
export async function startServing(...words: readonly string[]): Promise<Serving> {
  return serveIn(await mkdtemp(join(tmpdir(), 'gandi-serve-')), ...words);
}

export async function serveIn(folder: string, ...words: readonly string[]): Promise<Serving> {
  const port = await freePort();
  const start = async (more: readonly string[]) => {
    const own = ['--state', join(folder, 'state'), '--port', String(port)];
    const args = [...own, ...words, ...more].map((word) => word.replaceAll('FOLDER', folder));
    const started = startProcess([process.execPath, program, 'serve', ...args], {
      PATH: process.env.PATH ?? '',
      HOME: folder,
    });
    await untilServing(started);
    return started;
  };
  let server = await start([]);
  return {
    folder,
    port,
    url: `http://127.0.0.1:${port}`,
    get server() {
      return server;
    },
    restart: async (signal, ...more) => {
      server.process.kill(signal);
      await server.ended;
      server = await start(more);
      return server;
    },
    run: async (...args) => {
      const { exitCode, stdout, stderr } = await execa(process.execPath, [program, ...args], { reject: false });
      return { exitCode, stdout, stderr };
    },
    close: async () => {
      server.process.kill('SIGTERM');
      await server.ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Asking {
  readonly method?: string;
  readonly from?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One request; the path goes out as it is, and the client may have any address of loopback. */
export function ask({ port }: Pick<Serving, 'port'>, path: string, asking: Asking = {}): Promise<Answer> {
  const { method = 'GET', from = '127.0.0.1', headers = {}, body } = asking;
  return new Promise((done, failed) => {
    const options = { host: '127.0.0.1', port, path, method, localAddress: from, headers, agent: false };
    const sent = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
      });
      response.on('error', failed);
      response.on('end', () =>
        done({
          status: response.statusCode ?? 0,
          reason: response.statusMessage ?? '',
          headers: response.headers,
          body: text,
        }),
      );
    });
    sent.on('error', failed);
    sent.end(body);
  });
}

/** A program for `--command`. @returns its path */
export async function script(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}

/** The lines that commands left in a file. */
export async function linesOf(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

export function jsonOf<Content>({ body }: Answer): Content {
  return JSON.parse(body);
}
