import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  contentsOf,
  freePort,
  inOwnNetwork,
  isThere,
  openWorkshop,
  type StartedServer,
  until,
  untilServing,
  type Workshop,
} from './cdist-server.ts';
import { recorded } from './fixtures.ts';
import { connectFrom, exchange, type RawAnswer } from './raw-exchange.ts';

const missing = 'the recorded behaviour of cdist trigger is not there';

interface Case {
  readonly server: string;
  readonly name: string;
  readonly request?: string;
  readonly from?: string;
  readonly response?: {
    readonly version?: string;
    readonly status: number | null;
    readonly reason?: string;
    readonly headers?: Record<string, string>;
    readonly has_date?: boolean;
    readonly body_bytes?: number;
    readonly raw?: string;
  };
  // biome-ignore lint/suspicious/noExplicitAny: each kind of case has a shape of its own
  readonly then?: any;
  // biome-ignore lint/suspicious/noExplicitAny: the same
  readonly ours?: any;
  readonly log_lines?: readonly string[];
  readonly log_says?: readonly string[];
}

interface Recording {
  readonly servers: Record<string, string | readonly string[]>;
  readonly cases: readonly Case[];
}

interface Command {
  readonly command: readonly string[];
  readonly env: Record<string, string>;
  readonly exit: number | null;
  readonly then?: string;
  readonly says?: readonly string[];
}

const recording = recorded<Recording>('trigger/http.json');
const commands = recorded<readonly Command[]>('trigger/commands.json');

const isRoot = process.geteuid?.() === 0;
const reason = 'needs root, for a hosts file and ports of its own';

test('the recorded requests and command lines are there', ({ skip }) => {
  skip(recording === undefined || commands === undefined, missing);
  expect(recording?.cases.length).toBeGreaterThan(0);
  expect(commands?.length).toBeGreaterThan(0);
});

/** Where two hundred machines ask at once on a machine that has other work. */
const limit = 5 * 60_000;

const servers = [...new Set(recording?.cases.map(({ server }) => server) ?? [])];

describe.each(servers)('server: %s', { timeout: limit }, (name) => {
  const cases = recording?.cases.filter(({ server }) => server === name) ?? [];
  let workshop: Workshop;
  let server: StartedServer;
  let port = 0;
  let args: string[] = [];

  beforeAll(async () => {
    if (!isRoot) return;
    workshop = await openWorkshop();
    port = await freePort();
    args = [...(await argumentsOf(recording?.servers[name] ?? [], workshop)), '-H', String(port)];
    await writeFile(workshop.source, 'boot this\n');
    server = workshop.start(args);
    await untilServing(server);
  });
  beforeEach(({ skip }) => skip(!isRoot, reason));
  afterAll(() => workshop?.close());

  test.each(cases.map((each) => [each.name, each] as const))('%s', async (_, each) => {
    await arrange(each);
    if (each.request !== undefined) await oneRequest(each);
    else await story(each);
    if (each.log_says !== undefined)
      for (const line of each.log_says) for (const word of thingsIn(line)) expect(server.log()).toContain(word);
  });

  /** What has to lie in the folder before a request, as the name of the case says. */
  async function arrange({ name: what, request = '', from = '' }: Case): Promise<void> {
    await rm(workshop.directory, { recursive: true, force: true });
    await writeFile(workshop.source, what.includes('another source') ? 'boot that\n' : 'boot this\n');
    if (what.includes('source is gone')) await rm(workshop.source);
    if (what.includes('directory is gone')) return;
    await mkdir(workshop.directory);
    const path = join(workshop.directory, from);
    if (what.includes('a link')) {
      await writeFile(elsewhere(), 'old\n');
      await symlink(elsewhere(), path);
    } else if (what.includes('a folder')) await mkdir(path);
    else if (request.includes('/file/absent') && !what.includes('again')) await writeFile(path, 'x');
  }

  function elsewhere(): string {
    return join(workshop.folder, 'elsewhere');
  }

  async function oneRequest(each: Case): Promise<void> {
    const answer = await exchange(each.from ?? '127.0.0.1', port, wholeRequest(each));
    compareAnswer(each, answer);
    if ('then' in each && each.then !== undefined) await compareFolder(each);
  }

  async function compareFolder({ then, ours, from = '' }: Case): Promise<void> {
    const note: string = ours?.note ?? '';
    const contents = await contentsOf(workshop.directory);
    if (then === null) return expect(contents).toBeUndefined();
    if (then === true) return expect(Object.keys(contents ?? {})).toEqual([from]);
    if (then.link !== undefined) {
      // The link itself is replaced, and not what it led to.
      expect(note).toContain('link itself');
      expect(contents).toEqual({ [from]: 'boot this\n' });
      return expect(await readFile(elsewhere(), 'utf8')).toBe('old\n');
    }
    if (note.includes('only the directory')) return expect(contents).toEqual({});
    const names = Object.entries(then as Record<string, string>).map(([key, value]) => [
      note.includes('plain IPv4') ? key.replace('::ffff:', '') : key,
      value,
    ]);
    return expect(contents).toEqual(Object.fromEntries(names));
  }

  /** Cases that are more than one request, by what they tell of the outcome. */
  async function story(each: Case): Promise<void> {
    const then = { ...(typeof each.then === 'object' ? each.then : {}), ...each.ours };
    if (each.log_lines !== undefined) return compareLog(each.log_lines);
    if (each.then === 'refused') return void (await expect(exchange('::1', port, '')).rejects.toThrow('ECONNREFUSED'));
    if (each.name.includes('hangs up')) return hangUp(each.then);
    if (each.name.includes('SIGTERM')) return endDuringRun(then.runs);
    if (each.name.includes('target hosts')) return compareHosts(each.then);
    const count = countIn(each.name);
    if (count === undefined) return expect.fail(`nothing here can play the case "${each.name}"`);
    const path = then.files === undefined ? '/cdist/config/' : '/file/present/';
    await emptyMarks();
    const isOneHost = /\bone host\b/.test(each.name);
    const clients = Array.from({ length: count }, (_, index) => (isOneHost ? '127.0.0.1' : addressOf(index)));
    const answers = await Promise.all(clients.map((from) => exchange(from, port, `GET ${path} HTTP/1.1\r\n\r\n`)));
    expect(answers.map(({ status }) => status)).toEqual(clients.map(() => 200));
    if (then.files !== undefined)
      expect(Object.keys((await contentsOf(workshop.directory)) ?? {})).toHaveLength(then.files);
    else if (isOneHost) expect((await marks()).filter((mark) => mark.endsWith('.overlap'))).toEqual([]);
    else expect((await marks()).filter((mark) => mark.endsWith('.end'))).toHaveLength(then.runs);
  }

  function compareLog(lines: readonly string[]): void {
    for (const line of lines) for (const word of thingsIn(line)) expect(server.log()).toContain(word);
  }

  async function hangUp(expected: readonly string[]): Promise<void> {
    await emptyMarks();
    const socket = connectFrom('127.0.0.1', port);
    await once(socket, 'connect');
    socket.write('GET /cdist/config/ HTTP/1.1\r\n\r\n');
    await until(() => isThere(join(workshop.marks, 'localhost.start')));
    socket.destroy();
    await until(() => isThere(join(workshop.marks, 'localhost.end')));
    await untilIdle();
    expect(await marks()).toEqual(expected);
  }

  async function endDuringRun(expected: readonly string[]): Promise<void> {
    await emptyMarks();
    const answer = exchange('127.0.0.1', port, 'GET /cdist/config/ HTTP/1.1\r\n\r\n');
    await until(() => isThere(join(workshop.marks, 'localhost.start')));
    server.process.kill('SIGTERM');
    // The port is free once the server has heard of it, and not only when the run has ended.
    await until(() =>
      exchange('127.0.0.1', port, '').then(
        () => false,
        () => true,
      ),
    );
    expect(await marks()).not.toContain('localhost.end');
    const second = workshop.start(args);
    await untilServing(second);
    expect((await answer).status).toBe(200);
    expect(await server.ended).toBe(0);
    expect(await marks()).toEqual(expected);
    expect(second.log()).not.toContain('interrupted');
    server = second;
  }

  async function compareHosts(expected: readonly string[]): Promise<void> {
    await emptyMarks();
    for (const from of ['127.0.0.1', '127.0.0.9', '127.0.0.77'])
      await exchange(from, port, 'GET /cdist/config/ HTTP/1.1\r\n\r\n');
    const starts = (await marks()).filter((mark) => mark.endsWith('.start'));
    expect(starts.map((mark) => mark.replace('.start', ''))).toEqual(expected);
  }

  async function marks(): Promise<string[]> {
    return (await readdir(workshop.marks)).filter((name) => !name.startsWith('.')).sort();
  }

  /** Each run that the log tells of has its end there too: who asks now is not answered with one of them. */
  async function untilIdle(): Promise<void> {
    const numbers = (pattern: RegExp) => new Set([...server.log().matchAll(pattern)].map(([, number]) => number));
    await until(() => numbers(/asks for \w+: run (\d+)/g).size === numbers(/\brun (\d+)(?: is done|: )/g).size);
  }

  async function emptyMarks(): Promise<void> {
    await rm(workshop.marks, { recursive: true });
    await mkdir(workshop.marks);
  }
});

describe('command lines', () => {
  let workshop: Workshop;
  beforeAll(async () => {
    if (isRoot) workshop = await openWorkshop();
  });
  beforeEach(({ skip }) => skip(!isRoot, reason));
  afterAll(() => workshop?.close());

  test.each((commands ?? []).map((each) => [wordsOf(each), each] as const))('%s', async (_, each) => {
    const [program, ...args] = each.command;
    expect(program).toBe('cdist');
    const network = inOwnNetwork(workshop);
    const isTaken = each.says?.some((line) => line.includes('already in use')) ?? false;
    const other = isTaken ? workshop.start(['trigger', '-b', '-n'], {}, network) : undefined;
    if (other !== undefined) await untilServing(other);
    const prefix =
      other === undefined
        ? network
        : ['nsenter', `--net=/proc/${other.process.pid}/ns/net`, ...network.filter((word) => word !== '--net')];
    const server = workshop.start(args, each.env, prefix);
    if (each.then === 'serves') {
      await untilServing(server);
      server.process.kill('SIGTERM');
      expect(await server.ended).toBe(0);
    } else {
      expect(await server.ended).toBe(each.exit);
      if (each.exit === 0) expect(server.log()).toBe('');
      else expect(server.log()).not.toBe('');
    }
    other?.process.kill('SIGKILL');
  });
});

/** Recorded in short where it is long: `GET /aaa... (4040 bytes)`. */
function wholeRequest({ request = '' }: Case): Buffer {
  const [, head = '', bytes] = /^(.*?)\.\.\. \((\d+) bytes\)$/s.exec(request) ?? [];
  if (bytes === undefined) return Buffer.from(request, 'utf8');
  const tail = ' HTTP/1.1\r\nHost: x\r\n\r\n';
  return Buffer.from(head.padEnd(Number(bytes) - tail.length, head.at(-1)) + tail);
}

function compareAnswer({ response, ours }: Case, answer: RawAnswer): void {
  if (response === undefined) return;
  const status = ours?.status ?? response.status;
  if (status === null) {
    expect(answer.version).toBeUndefined();
    if (response.raw === '') expect(answer.raw).toBe('');
    else expect(answer.raw.slice(0, response.raw?.length)).toBe(response.raw);
    return;
  }
  const { version, headers, hasDate, bodyBytes } = answer;
  expect({ version, status: answer.status, headers, hasDate, bodyBytes }).toEqual({
    version: response.version,
    status,
    headers: response.headers,
    hasDate: response.has_date,
    bodyBytes: response.body_bytes,
  });
  // What failed is told in words of our own.
  if (status === 599) expect(answer.reason).not.toBe('');
  else expect(answer.reason).toBe(status === response.status ? response.reason : 'OK');
}

/** What a line of a log is about, whatever its words are: actions, addresses, ports, settings. */
function thingsIn(line: string): string[] {
  const words: string[] = line.match(/\b(?:config|install|directory|source|\d+(?:\.\d+){3})\b/gi) ?? [];
  if (/dry run/i.test(line)) words.push('dry');
  return words.map((word) => word.toLowerCase());
}

const numberWords = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

function countIn(name: string): number | undefined {
  const [, times] = /\b(\w+) times at once\b/.exec(name) ?? [];
  const [, several] = /\b(\w+) hosts at once\b/.exec(name) ?? [];
  const word = times ?? several;
  if (word === undefined) return undefined;
  const index = numberWords.indexOf(word);
  return index === -1 ? Number(word) : index;
}

function addressOf(index: number): string {
  return `127.0.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`;
}

function wordsOf({ command, env }: Command): string {
  return [...Object.entries(env).map(([name, value]) => `${name}=${value}`), ...command].join(' ');
}

/** Command lines are recorded as they are; runs are described by what their manifest does. */
async function argumentsOf(recorded: string | readonly string[], workshop: Workshop): Promise<string[]> {
  const { directory, source, folder: work } = workshop;
  if (typeof recorded !== 'string')
    return [
      'trigger',
      ...recorded.map((word) => word.replace(/^\$\{DIRECTORY\}/, directory).replace(/^\$\{SOURCE\}/, source)),
    ];
  const manifest = join(work, 'manifest');
  await writeFile(manifest, manifestOf(recorded, workshop.marks));
  return ['trigger', '-b', '-i', manifest];
}

function manifestOf(description: string, marks: string): string {
  const [, status = '0'] = /\bexits (\d+)/.exec(description) ?? [];
  const [, seconds] = /\bsleeps (\d+)/.exec(description) ?? [];
  return [
    `lock=${marks}/.$__target_host`,
    `mkdir "$lock" || touch "${marks}/$__target_host.overlap"`,
    `touch "${marks}/$__target_host.start"`,
    ...(seconds === undefined ? [] : [`sleep ${seconds}`]),
    `touch "${marks}/$__target_host.end"`,
    'rmdir "$lock"',
    `exit ${status}`,
    '',
  ].join('\n');
}
