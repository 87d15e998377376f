import { join } from 'node:path';
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { until } from './cdist-server.ts';
import { type Answer, ask, jsonOf, linesOf, script, type Serving, serveIn } from './serve-process.ts';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';

interface Listed {
  readonly hosts: readonly {
    readonly address: string;
    readonly state: string;
    readonly lastRun: { readonly state: string; readonly attempt: number; readonly reason: string | null } | null;
  }[];
}

const asynchronous = { prefer: 'respond-async' };

/** Two hundred commands, on a machine that may have other work. */
const limit = 5 * 60_000;

describe('two hundred machines at once', { timeout: limit }, () => {
  const machines = Array.from(
    { length: 200 },
    (_, index) => `127.1.${1 + Math.floor(index / 100)}.${1 + (index % 100)}`,
  );

  test('each is answered, and its command ran once', async () => {
    const serving = await serve('echo "$GANDI_ADDRESS" >> FOLDER/ran');
    const answers = await Promise.all(machines.map((from) => ask(serving, '/install/', { from })));
    expect(count(answers, 200)).toBe(200);
    expect((await linesOf(join(serving.folder, 'ran'))).sort()).toEqual([...machines].sort());
  });

  test('none is lost where the server is killed: each runs once, or is told as interrupted', async () => {
    const serving = await serve(
      // What it leaves behind must not go on beside the next server's runs.
      'echo "start $GANDI_ADDRESS" >> FOLDER/ran; setsid sleep 600 & sleep 0.1; echo "end $GANDI_ADDRESS" >> FOLDER/ran; kill $!',
      '--jobs',
      '4',
    );
    const ran = join(serving.folder, 'ran');
    const queued = await Promise.all(
      machines.map((from) => ask(serving, '/install/', { from, headers: asynchronous })),
    );
    expect(count(queued, 202)).toBe(200);
    await until(async () => (await linesOf(ran)).filter((line) => line.startsWith('end')).length >= 6);
    await serving.restart('SIGKILL');
    const all = async () => jsonOf<Listed>(await ask(serving, '/v1/hosts')).hosts;
    const isOpen = (host: Listed['hosts'][number]) => ['queued', 'running'].includes(host.lastRun?.state ?? '');
    await until(async () => !(await all()).some(isOpen));
    const hosts = await all();
    const [done, interrupted] = ['done', 'interrupted'].map((state) =>
      hosts.filter(({ lastRun }) => lastRun?.state === state).map(({ address }) => address),
    );
    const lines = await linesOf(ran);
    const times = (word: string, address: string) => lines.filter((line) => line === `${word} ${address}`).length;
    expect(hosts).toHaveLength(200);
    expect((done?.length ?? 0) + (interrupted?.length ?? 0)).toBe(200);
    expect(interrupted?.length).toBeGreaterThan(0);
    expect(interrupted?.length).toBeLessThanOrEqual(4);
    for (const address of machines) expect([address, times('start', address) <= 1]).toEqual([address, true]);
    for (const address of done ?? []) expect([address, times('end', address)]).toEqual([address, 1]);
    expect(await processesOf(serving)).toEqual([]);
  });
});

describe('one machine', () => {
  test('that asks four times at once has one run, and is answered four times', async () => {
    const serving = await serve('echo "$GANDI_ADDRESS" >> FOLDER/ran; sleep 0.5');
    const answers = await Promise.all(Array.from({ length: 4 }, () => ask(serving, '/install/')));
    expect(count(answers, 200)).toBe(4);
    expect(await linesOf(join(serving.folder, 'ran'))).toEqual(['127.0.0.1']);
  });

  test('never has two runs at once, whatever it asks for', async () => {
    const serving = await serve(
      'mkdir FOLDER/lock || echo overlap >> FOLDER/ran; sleep 0.3; rmdir FOLDER/lock; echo $GANDI_ACTION >> FOLDER/ran',
    );
    const answers = await Promise.all(
      ['/install/', '/config/', '/install/', '/config/'].map((path) => ask(serving, path)),
    );
    expect(count(answers, 200)).toBe(4);
    expect(await linesOf(join(serving.folder, 'ran'))).toEqual(['install', 'config']);
  });

  test('has a command that fails started again, and waits for the attempt that succeeds', async () => {
    const serving = await serve(
      'echo $GANDI_ATTEMPT >> FOLDER/ran; [ $GANDI_ATTEMPT = 3 ]',
      '--retry',
      '2',
      '--retry-delay',
      '0',
    );
    expect(await ask(serving, '/install/')).toMatchObject({ status: 200 });
    expect(await linesOf(join(serving.folder, 'ran'))).toEqual(['1', '2', '3']);
  });

  test('is told when all attempts failed', async () => {
    const serving = await serve('echo $GANDI_ATTEMPT >> FOLDER/ran; exit 7', '--retry', '1', '--retry-delay', '0');
    expect(await ask(serving, '/install/')).toMatchObject({
      status: 599,
      reason: expect.stringContaining('exit status 7'),
    });
    expect(await linesOf(join(serving.folder, 'ran'))).toEqual(['1', '2']);
  });

  test('has a log of its own, with what the command said', async () => {
    const serving = await serve('echo "out of $GANDI_ADDRESS"; echo "err" >&2');
    await ask(serving, '/install/', { from: '127.0.9.1' });
    const log = await linesOf(join(serving.folder, 'state/logs/127.0.9.1.log'));
    expect(log).toEqual([expect.stringMatching(/^== .* run 1, install, attempt 1: /), 'out of 127.0.9.1', 'err']);
  });
});

describe('of a command nothing is left', () => {
  test('that takes longer than it may: also what ignores signals and left its session', async () => {
    const serving = await serve(
      "trap '' TERM; setsid sh -c \"trap '' TERM; sleep 600\" & sleep 600; sleep 600",
      '--time-limit',
      '1',
    );
    expect(await ask(serving, '/install/')).toMatchObject({
      status: 599,
      reason: expect.stringContaining('timed-out'),
    });
    expect(await processesOf(serving)).toEqual([]);
  });

  test('that starts one process after the other, far from its session, while it is being killed', async () => {
    const starter = 'setsid sh -c "while :; do sleep 600 & sleep 0.005; done" & sleep 600';
    const serving = await serve(starter, '--time-limit', '1');
    expect(await ask(serving, '/install/')).toMatchObject({ status: 599 });
    expect(await processesOf(serving)).toEqual([]);
  });

  test('that ended and left something in the background of its own session', async () => {
    const serving = await serve('sleep 600 & echo $! >> FOLDER/ran');
    expect(await ask(serving, '/install/')).toMatchObject({ status: 200 });
    await until(async () => (await processesOf(serving)).length === 0);
  });

  test('whose server is told to stop and gives it no time: it is told as interrupted', async () => {
    const serving = await serve('echo started >> FOLDER/ran; sleep 600', '--grace', '0');
    const answer = ask(serving, '/install/');
    await until(async () => (await linesOf(join(serving.folder, 'ran'))).length === 1);
    await serving.restart('SIGTERM');
    expect(await answer).toMatchObject({ status: 599, reason: expect.stringContaining('interrupted') });
    const { hosts } = jsonOf<Listed>(await ask(serving, '/v1/hosts'));
    expect(hosts).toMatchObject([{ state: 'failed', lastRun: { state: 'interrupted' } }]);
    expect(await processesOf(serving)).toEqual([]);
  });

  test('whose server was killed, once there is one again; with attempts left it is started once more', async () => {
    const serving = await serve('echo started >> FOLDER/ran; [ $GANDI_ATTEMPT = 2 ] || sleep 600', '--retry', '1');
    await ask(serving, '/install/', { headers: asynchronous });
    await until(async () => (await linesOf(join(serving.folder, 'ran'))).length === 1);
    await serving.restart('SIGKILL');
    await until(async () => {
      const { hosts } = jsonOf<Listed>(await ask(serving, '/v1/hosts'));
      return hosts[0]?.lastRun?.state === 'done';
    });
    expect(await linesOf(join(serving.folder, 'ran'))).toEqual(['started', 'started']);
    expect(await processesOf(serving)).toEqual([]);
  });
});

/** A server whose command is this script; `FOLDER` in it is the folder. */
async function serve(text: string, ...words: readonly string[]): Promise<Serving> {
  const folder = await mkdtemp(join(tmpdir(), 'gandi-queue-'));
  const command = await script(folder, 'command', text.replaceAll('FOLDER', folder));
  const serving = await serveIn(folder, '--command', command, '--limit', '100000', ...words);
  onTestFinished(() => serving.close());
  return serving;
}

function count(answers: readonly Answer[], status: number): number {
  return answers.filter((answer) => answer.status === status).length;
}

/** What commands of this server left running: each has the folder of its script in its environment. */
async function processesOf({ folder }: Serving): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      if (!environment.includes('GANDI_RUN_MARK=') || !environment.includes(`HOME=${folder}\0`)) return [];
      return [(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ')];
    }),
  );
  return found.flat();
}
