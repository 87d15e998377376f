import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { until } from './cdist-server.ts';
import { type PostgresServer, postgresPrograms, startPostgres } from './postgres-server.ts';
import { ask, jsonOf, linesOf, script, type Serving, serveIn } from './serve-process.ts';

interface Listed {
  readonly hosts: readonly {
    readonly address: string;
    readonly state: string;
    readonly lastRun: { readonly state: string } | null;
  }[];
}

const asynchronous = { headers: { prefer: 'respond-async' } };
const minutes = 60_000;

let database: PostgresServer;
let folder = '';
let open: Serving[] = [];

beforeAll(async () => {
  if (postgresPrograms !== undefined && process.getuid?.() === 0) database = await startPostgres();
}, 2 * minutes);
afterAll(() => database?.close());

beforeEach(async ({ skip }) => {
  skip(postgresPrograms === undefined, 'postgresql is not installed');
  skip(process.getuid?.() !== 0, 'PostgreSQL is run as another user, which root can');
  folder = await mkdtemp(join(tmpdir(), 'gandi-shared-'));
});
afterEach(async () => {
  await Promise.all(open.map((serving) => serving.close()));
  open = [];
  if (database !== undefined)
    await database.query('DROP SCHEMA IF EXISTS gandi_provision, gandi_provision_boss CASCADE');
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

/** A server of its own state, on the queue that all of them share; `FOLDER` is the folder of the test. */
async function serve(name: string, command: string, ...words: readonly string[]): Promise<Serving> {
  const own = join(folder, name);
  await execa('mkdir', [own]);
  const program = await script(own, 'command', command.replaceAll('FOLDER', folder));
  const all = ['--command', program, '--limit', '100000', '--queue', database.url, ...words];
  const serving = await serveIn(own, ...all);
  open.push(serving);
  return serving;
}

const addresses = (count: number) =>
  Array.from({ length: count }, (_, index) => `127.2.${1 + Math.floor(index / 100)}.${1 + (index % 100)}`);

async function hostsOf(serving: Serving): Promise<Listed['hosts']> {
  return jsonOf<Listed>(await ask(serving, '/v1/hosts')).hosts;
}

describe('two servers that share a queue', () => {
  test(
    'run each command once, as many at a time as --jobs says in all, and each tells of all machines',
    async () => {
      const command =
        'echo "+ $GANDI_ADDRESS" >> FOLDER/ran; sleep 0.1; echo "- $GANDI_ADDRESS" >> FOLDER/ran; echo $$ >> FOLDER/$0';
      const servers = await Promise.all(
        ['one', 'other'].map((name) =>
          serve(name, `${command.replace('FOLDER/$0', `FOLDER/by-${name}`)}`, '--jobs', '3'),
        ),
      );
      const machines = addresses(40);
      const answers = await Promise.all(
        machines.map((from, index) => ask(servers[index % 2] as Serving, '/install/', { from })),
      );
      expect(answers.map(({ status }) => status)).toEqual(machines.map(() => 200));
      const lines = await linesOf(join(folder, 'ran'));
      expect(lines.filter((line) => line.startsWith('+')).sort()).toEqual(machines.map((each) => `+ ${each}`).sort());
      expect(mostAtOnce(lines)).toBeLessThanOrEqual(3);
      const shares = await Promise.all(['one', 'other'].map((name) => linesOf(join(folder, `by-${name}`))));
      expect(shares.flat()).toHaveLength(40);
      for (const serving of servers) expect(await hostsOf(serving)).toHaveLength(40);
    },
    2 * minutes,
  );

  test(
    'never run two commands for a machine at once, whichever of them it asks',
    async () => {
      const command =
        'mkdir FOLDER/lock || echo overlap >> FOLDER/ran; sleep 0.3; rmdir FOLDER/lock; echo $GANDI_ACTION >> FOLDER/ran';
      const servers = await Promise.all(['one', 'other'].map((name) => serve(name, command)));
      const asked = ['/install/', '/config/', '/install/', '/config/'].map((path, index) =>
        ask(servers[index % 3 === 0 ? 0 : 1] as Serving, path),
      );
      expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect((await linesOf(join(folder, 'ran'))).sort()).toEqual(['config', 'install']);
    },
    2 * minutes,
  );

  test(
    'lose nothing when one of them is killed: each run is done once, or told as interrupted',
    async () => {
      const begin = 'echo "+ $GANDI_ADDRESS" >> FOLDER/ran';
      const one = await serve(
        'one',
        `${begin}; echo "$GANDI_ADDRESS" >> FOLDER/cut-off; exec sleep 600`,
        '--jobs',
        '4',
      );
      const other = await serve('other', `${begin}; echo "- $GANDI_ADDRESS" >> FOLDER/ran`, '--jobs', '4');
      const machines = addresses(200);
      const answers = await Promise.all(machines.map((from) => ask(one, '/install/', { from, ...asynchronous })));
      expect(answers.filter(({ status }) => status === 202)).toHaveLength(200);
      await until(async () => (await linesOf(join(folder, 'cut-off'))).length > 0);
      one.server.process.kill('SIGKILL');
      await one.server.ended;
      await until(
        async () =>
          (await database.query("SELECT count(*) FROM gandi_provision.run WHERE state IN ('queued', 'running')")) ===
          '0',
      );
      const runs = (await database.query('SELECT address, state FROM gandi_provision.run')).split('\n');
      expect(runs).toHaveLength(200);
      const lines = await linesOf(join(folder, 'ran'));
      const times = (sign: string, address: string) => lines.filter((line) => line === `${sign} ${address}`).length;
      for (const run of runs) {
        const [address = '', state = ''] = run.split('|');
        expect([address, ['done', 'interrupted'].includes(state), times('+', address) <= 1]).toEqual([
          address,
          true,
          true,
        ]);
        if (state === 'done') expect([address, times('-', address)]).toEqual([address, 1]);
      }
      // A command may be killed before its first line: its run is on record, and it has written nothing.
      const interrupted = runs.filter((run) => run.endsWith('|interrupted')).map((run) => run.split('|')[0]);
      expect(interrupted).toEqual(expect.arrayContaining(await linesOf(join(folder, 'cut-off'))));
      expect(interrupted.length).toBeLessThanOrEqual(4);
      expect(await hostsOf(other)).toHaveLength(200);
      expect(await database.query('SELECT count(*) FROM gandi_provision_boss.job')).toBe('0');
    },
    5 * minutes,
  );
});

/** How many commands were under way at once, by the lines that they wrote at their start and their end. */
function mostAtOnce(lines: readonly string[]): number {
  let now = 0;
  return Math.max(
    ...lines.map((line) => {
      now += line.startsWith('+') ? 1 : -1;
      return now;
    }),
  );
}

test(
  'a database that goes away and comes back stops nothing for good',
  async () => {
    const serving = await serve(
      'one',
      'echo "$GANDI_ADDRESS" >> FOLDER/ran; until [ -e FOLDER/go ]; do sleep 0.1; done',
    );
    const first = ask(serving, '/install/', { from: '127.2.0.1' });
    await until(async () => (await linesOf(join(folder, 'ran'))).length === 1);
    await database.stop();
    expect(await ask(serving, '/install/', { from: '127.2.0.2' })).toMatchObject({ status: 500 });
    await writeFile(join(folder, 'go'), '');
    await database.start();
    expect(await first).toMatchObject({ status: 200 });
    expect(await ask(serving, '/install/', { from: '127.2.0.3' })).toMatchObject({ status: 200 });
    expect(await linesOf(join(folder, 'ran'))).toEqual(['127.2.0.1', '127.2.0.3']);
  },
  2 * minutes,
);

test(
  'a server that does not reach the database for long ends its commands before the others may start them again',
  async () => {
    const serving = await serve('one', 'echo $$ >> FOLDER/ran; exec sleep 600');
    const asked = ask(serving, '/install/', { from: '127.2.0.1' });
    await until(async () => (await linesOf(join(folder, 'ran'))).length === 1);
    const [pid = ''] = await linesOf(join(folder, 'ran'));
    await database.stop();
    const stopped = performance.now();
    await until(async () => !existsSync(`/proc/${pid}`));
    // The lease is 30 s.
    expect((performance.now() - stopped) / 1000).toBeLessThan(29);
    await database.start();
    expect(await asked).toMatchObject({ status: 599, reason: expect.stringContaining('interrupted') });
  },
  2 * minutes,
);

describe('a password', () => {
  test('is taken from ~/.pgpass, and is in no argument and no line of the log', async () => {
    const own = join(folder, 'one');
    await execa('mkdir', [own]);
    const line = `127.0.0.1:${database.port}:provision:provision:${database.password}\n`;
    await writeFile(join(own, '.pgpass'), line, { mode: 0o600 });
    const serving = await serveIn(own, '--command', 'true', '--queue', database.loopback, '--verbose');
    open.push(serving);
    expect(await ask(serving, '/install/')).toMatchObject({ status: 200 });
    const shown = await readFile(`/proc/${serving.server.process.pid}/cmdline`, 'utf8');
    expect(`${shown}${serving.server.log()}`).not.toContain(database.password);
  });

  test.each(['postgres://me:far-too-secret@localhost/db', 'postgres:///db?user=me&password=far-too-secret'])(
    '%s is refused on the command line, and not repeated',
    async (url) => {
      const { exitCode, said } = await fails('--queue', url);
      expect([exitCode, said.includes('far-too-secret')]).toEqual([2, false]);
      expect(said).toContain('~/.pgpass');
    },
  );
});

describe('what cannot be used is told', () => {
  test.each<[string, () => string, number, string]>([
    ['a word that is no URL', () => 'nonsense', 2, 'postgres://USER@HOST/DATABASE'],
    ['a URL of something else', () => 'mysql://localhost/db', 2, 'postgres://USER@HOST/DATABASE'],
    [
      'a port on which nothing listens',
      () => 'postgres://provision@127.0.0.1:1/provision',
      1,
      'serve.queue-unreachable',
    ],
    ['a user without a password', () => database.loopback, 1, 'serve.queue-unusable'],
    ['a user that is not there', () => database.url.replace('user=provision', 'user=nobody'), 1, 'serve.queue-refused'],
    ['a database that is not there', () => database.url.replace('/provision?', '/nowhere?'), 1, 'serve.queue-refused'],
  ])('%s', async (_, url, status, text) => {
    const { exitCode, said } = await fails('--queue', url());
    expect({ exitCode, said }).toEqual({ exitCode: status, said: expect.stringContaining(text) });
  });
});

async function fails(...words: readonly string[]): Promise<{ exitCode: number | undefined; said: string }> {
  const args = ['src/provision/start.ts', 'serve', '--state', join(folder, 'state'), '--port', '65001', ...words];
  const env = { HOME: folder, PATH: process.env.PATH ?? '' };
  const { exitCode, stderr, stdout } = await execa(process.execPath, args, { env, extendEnv: false, reject: false });
  return { exitCode, said: `${stdout}${stderr}` };
}
