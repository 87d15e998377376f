import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { renderOutcomeDue } from '../../../../src/agent/outcome/outcome-due.ts';
import { postOutcome } from '../../../../src/agent/outcome/post-outcome.ts';
import { Secret } from '../../../../src/core/secret/secret.ts';
import { silentJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';

const key = 'abcdefgh12345678';

/** A machine whose outcome is due, and a server that gives these answers, one after the other. */
async function machineWith(...statuses: readonly number[]) {
  const root = await mkdtemp(join(tmpdir(), 'gandi-outcome-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const posted: { readonly authorization: string | undefined; readonly body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    posted.push({ authorization: request.headers.authorization, body: JSON.parse(await textOf(request)) });
    response.writeHead(statuses[posted.length - 1] ?? 500).end('{}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  await mkdir(join(root, 'gandi'));
  const due = join(root, 'gandi/outcome.json');
  const url = `http://127.0.0.1:${port}/v1/outcome/1`;
  await writeFile(due, renderOutcomeDue({ url, key: new Secret(key) }).reveal());
  const waits: number[] = [];
  const system = openSystem(root, silentJournal);
  const clock = { ...system.clock, sleep: async (seconds: number) => void waits.push(seconds) };
  const isDue = () => readFile(due, 'utf8').then(Boolean, () => false);
  return { root, posted, waits, isDue, post: () => postOutcome({ ...system, clock }), server };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += piece;
  return text;
}

test('is posted once, with the key, and is not due any more', async () => {
  const { posted, isDue, post } = await machineWith(200);
  await post();
  await post();
  expect(posted).toEqual([{ authorization: `Bearer ${key}`, body: { version: 1, state: 'done', detail: null } }]);
  expect(await isDue()).toBe(false);
});

test('tells what failed', async () => {
  const { root, posted, post } = await machineWith(200);
  await mkdir(join(root, 'run/gandi/status'), { recursive: true });
  const failures = [{ step: 'host name', code: 'x', message: 'web1: cannot set it' }];
  const stage = { result: 'failed', exitCode: 1, startedAt: 1, endedAt: 2, changed: [], failures, first: null };
  await writeFile(join(root, 'run/gandi/status/bootstrap.json'), JSON.stringify({ version: 1, stage }));
  await post();
  expect(posted[0]?.body).toEqual({ version: 1, state: 'failed', detail: 'bootstrap: web1: cannot set it' });
});

test('a server that has no time is asked again, each time after twice as long', async () => {
  const { posted, waits, isDue, post } = await machineWith(503, 500, 429, 200);
  await post();
  expect(posted).toHaveLength(4);
  expect(waits).toEqual([1, 2, 4]);
  expect(await isDue()).toBe(false);
});

test('a server that is down is asked again until it is there', async () => {
  const { waits, server, isDue, post } = await machineWith(200);
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  const posting = post();
  await expect.poll(() => waits.length).toBeGreaterThan(8);
  expect(waits.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  await posting;
  expect(await isDue()).toBe(false);
});

test.each([403, 404])(
  'a server that answers %i never takes it: it is told, and is not due any more',
  async (status) => {
    const { posted, isDue, post } = await machineWith(status);
    await expect(post()).rejects.toMatchObject({ code: 'outcome.refused' });
    expect(posted).toHaveLength(1);
    expect(await isDue()).toBe(false);
  },
);
